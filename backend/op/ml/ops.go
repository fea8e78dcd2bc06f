package ml

import "github.com/sardonyx-go/sardonyx/backend/op"

const domain = "ai.onnx.ml"

// Ops defines the operators of this family.
var Ops = []op.Def{
	{Domain: domain, Name: "ArrayFeatureExtractor", Since: 1, New: newExtractor},
	{Domain: domain, Name: "Binarizer", Since: 1, New: newBinarizer},
	{Domain: domain, Name: "CastMap", Since: 1, New: newCastMap},
	{Domain: domain, Name: "CategoryMapper", Since: 1, New: newCategoryMapper},
	{Domain: domain, Name: "DictVectorizer", Since: 1, New: newDictVectorizer},
	{Domain: domain, Name: "FeatureVectorizer", Since: 1, New: newFeatureVectorizer},
	{Domain: domain, Name: "Imputer", Since: 1, New: newImputer},
	{Domain: domain, Name: "LabelEncoder", Since: 1, New: newLabelEncoder},
	{Domain: domain, Name: "LinearClassifier", Since: 1, New: newLinearClassifier},
	{Domain: domain, Name: "LinearRegressor", Since: 1, New: newLinearRegressor},
	{Domain: domain, Name: "Normalizer", Since: 1, New: newNormalizer},
	{Domain: domain, Name: "OneHotEncoder", Since: 1, New: newOneHotEncoder},
	{Domain: domain, Name: "SVMClassifier", Since: 1, New: newSVMClassifier},
	{Domain: domain, Name: "SVMRegressor", Since: 1, New: newSVMRegressor},
	{Domain: domain, Name: "Scaler", Since: 1, New: newScaler},
	{Domain: domain, Name: "TreeEnsemble", Since: 5, New: newTreeEnsemble},
	{Domain: domain, Name: "TreeEnsembleClassifier", Since: 1, New: newTreeClassifier},
	{Domain: domain, Name: "TreeEnsembleRegressor", Since: 1, New: newTreeRegressor},
	{Domain: domain, Name: "ZipMap", Since: 1, New: newZipMap},
}

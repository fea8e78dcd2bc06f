"""Estimators and pipelines of scikit-learn and LightGBM, trained on random data, converted to ONNX."""
import numpy as np


def data(r, classes=0):
    """Samples, targets: classes of them, numbers if 0. Few samples far from each other: no threshold is met exactly."""
    n, d = 60, r.randint(2, 8)
    g = np.random.default_rng(r.randrange(1 << 30))
    x = g.normal(size=(n, d)).astype(np.float32)
    score = x @ g.normal(size=d) + 0.3 * g.normal(size=n)
    if classes == 0:
        return x, score
    y = np.digitize(score, np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1]))
    return x, np.array([f"class {c}" for c in y]) if r.random() < 0.3 else y


def classifiers(r):
    from sklearn import discriminant_analysis, ensemble, linear_model, naive_bayes, neighbors, neural_network, svm, tree
    trees = {"n_estimators": r.randint(2, 12), "random_state": 1}
    return r.choice([
        lambda: linear_model.LogisticRegression(C=r.uniform(0.1, 5)), lambda: linear_model.SGDClassifier(loss=r.choice(["log_loss", "hinge"]), random_state=1), lambda: linear_model.RidgeClassifier(),
        lambda: linear_model.Perceptron(), lambda: svm.SVC(kernel=r.choice(["rbf", "linear", "poly", "sigmoid"])), lambda: svm.LinearSVC(), lambda: svm.NuSVC(nu=0.3),
        lambda: tree.DecisionTreeClassifier(max_depth=r.randint(1, 6)), lambda: tree.ExtraTreeClassifier(random_state=1), lambda: ensemble.RandomForestClassifier(**trees), lambda: ensemble.ExtraTreesClassifier(**trees),
        lambda: ensemble.GradientBoostingClassifier(**trees), lambda: ensemble.AdaBoostClassifier(**trees), lambda: ensemble.BaggingClassifier(**trees), lambda: ensemble.HistGradientBoostingClassifier(max_iter=5),
        lambda: naive_bayes.GaussianNB(), lambda: naive_bayes.BernoulliNB(), lambda: neighbors.KNeighborsClassifier(r.randint(1, 5)), lambda: neural_network.MLPClassifier((r.randint(2, 9),), max_iter=30, activation=r.choice(["relu", "tanh", "logistic"])),
        lambda: discriminant_analysis.LinearDiscriminantAnalysis(), lambda: discriminant_analysis.QuadraticDiscriminantAnalysis(reg_param=0.1), lambda: ensemble.VotingClassifier([("a", linear_model.LogisticRegression()), ("b", naive_bayes.GaussianNB())], voting="soft")])()


def regressors(r):
    from sklearn import ensemble, gaussian_process, linear_model, neighbors, neural_network, svm, tree
    trees = {"n_estimators": r.randint(2, 12), "random_state": 1}
    return r.choice([
        lambda: linear_model.LinearRegression(), lambda: linear_model.Ridge(r.uniform(0.1, 3)), lambda: linear_model.Lasso(0.05), lambda: linear_model.ElasticNet(0.05), lambda: linear_model.BayesianRidge(), lambda: linear_model.HuberRegressor(),
        lambda: linear_model.SGDRegressor(random_state=1), lambda: linear_model.ARDRegression(), lambda: svm.SVR(kernel=r.choice(["rbf", "linear", "poly"])), lambda: svm.LinearSVR(), lambda: tree.DecisionTreeRegressor(max_depth=r.randint(1, 7)),
        lambda: ensemble.RandomForestRegressor(**trees), lambda: ensemble.ExtraTreesRegressor(**trees), lambda: ensemble.GradientBoostingRegressor(**trees), lambda: ensemble.AdaBoostRegressor(**trees), lambda: ensemble.BaggingRegressor(**trees),
        lambda: ensemble.HistGradientBoostingRegressor(max_iter=5), lambda: neighbors.KNeighborsRegressor(r.randint(1, 5)), lambda: neural_network.MLPRegressor((r.randint(2, 9),), max_iter=30),
        lambda: gaussian_process.GaussianProcessRegressor(alpha=0.5)])()


def transformers(r):
    from sklearn import cluster, decomposition, feature_selection, preprocessing
    return r.choice([
        lambda: preprocessing.StandardScaler(with_mean=r.random() < 0.7), lambda: preprocessing.MinMaxScaler(), lambda: preprocessing.MaxAbsScaler(), lambda: preprocessing.RobustScaler(), lambda: preprocessing.Normalizer(r.choice(["l1", "l2", "max"])),
        lambda: preprocessing.Binarizer(threshold=0.2), lambda: preprocessing.PolynomialFeatures(2), lambda: preprocessing.KBinsDiscretizer(3, encode="ordinal"), lambda: decomposition.PCA(2), lambda: decomposition.TruncatedSVD(1),
        lambda: feature_selection.VarianceThreshold(0.1), lambda: cluster.KMeans(3, n_init=1, random_state=1), lambda: preprocessing.PowerTransformer(), lambda: preprocessing.QuantileTransformer(n_quantiles=10)])()


def imputed(r, x):
    from sklearn import impute
    x = x.copy()
    x[np.random.default_rng(1).random(x.shape) < 0.1] = np.nan
    return impute.SimpleImputer(strategy=r.choice(["mean", "median", "most_frequent"])), x


def converted(estimator, x, opset, probabilities=True):
    from skl2onnx import to_onnx
    options = {id(estimator): {"zipmap": False}} if probabilities else None
    return to_onnx(estimator, x[:1], options=options, target_opset=opset)


def learner(r):
    """A model, its input and a name."""
    from sklearn.pipeline import make_pipeline, make_union
    kind = r.choice(["classifier", "classifier", "regressor", "regressor", "transformer", "pipeline", "pipeline", "imputer", "words"])
    opset = r.choice([12, 13, 15, 17, 19])
    if kind == "words":
        return words(r, opset)
    classes = 0 if kind == "regressor" else r.choice([2, 2, 3, 4])
    x, y = data(r, classes)
    estimator = {"classifier": classifiers, "regressor": regressors}.get(kind, transformers)(r)
    name = type(estimator).__name__
    if kind == "imputer":
        estimator, x = imputed(r, x)
    if kind == "pipeline":
        parts = [transformers(r) for _ in range(r.randint(1, 2))]
        last = classifiers(r)
        name = "-".join(type(p).__name__ for p in parts + [last])
        estimator = make_pipeline(make_union(*parts) if r.random() < 0.3 else make_pipeline(*parts), last)
    estimator.fit(x, y)
    model = converted(estimator, x, opset, kind in ("classifier", "pipeline"))
    return model, {"X": x[:r.choice([1, 5, 20])]}, f"{kind}.{name}"


def words(r, opset):
    """Text and categories: vectorisers and encoders of strings."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import StringTensorType
    if r.random() < 0.5:
        columns = np.array([[r.choice("abc"), r.choice(["x", "yy"])] for _ in range(20)], object)
        estimator = r.choice([OneHotEncoder(sparse_output=False, handle_unknown="ignore"), OrdinalEncoder()]).fit(columns)
        model = to_onnx(estimator, initial_types=[("X", StringTensorType([None, 2]))], target_opset=opset)
        return model, {"X": columns[:5]}, f"words.{type(estimator).__name__}"
    texts = np.array([" ".join(r.choice(["red", "green", "blue", "dog", "cat"]) for _ in range(r.randint(1, 6))) for _ in range(15)], object)
    estimator = r.choice([CountVectorizer, TfidfVectorizer])(ngram_range=(1, r.randint(1, 2))).fit(texts)
    model = to_onnx(estimator, initial_types=[("X", StringTensorType([None, 1]))], target_opset=opset)
    return model, {"X": texts[:4].reshape(-1, 1)}, f"words.{type(estimator).__name__}"


def boosted(r):
    """Gradient boosting of LightGBM."""
    import lightgbm
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType
    classes = r.choice([0, 2, 3])
    x, y = data(r, classes)
    more = {"n_estimators": r.randint(1, 12), "num_leaves": r.randint(2, 15), "min_child_samples": 3, "verbose": -1, "boosting_type": r.choice(["gbdt", "dart"])}
    estimator = lightgbm.LGBMClassifier(**more) if classes else lightgbm.LGBMRegressor(**more)
    estimator.fit(x, y)
    model = convert_lightgbm(estimator, initial_types=[("X", FloatTensorType([None, x.shape[1]]))], zipmap=False, target_opset=r.choice([12, 15]))
    return model, {"X": x[:r.choice([1, 7])]}, f"boosted.{type(estimator).__name__}"

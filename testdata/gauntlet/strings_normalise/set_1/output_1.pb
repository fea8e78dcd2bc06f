2stone über2мир über2
øre über
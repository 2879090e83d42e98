"""Public fakes of every port, so that pack authors can use them too."""

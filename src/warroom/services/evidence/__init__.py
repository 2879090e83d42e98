"""The files of the War Room: kept intact, returned to those who may read them, exported to be checked elsewhere."""

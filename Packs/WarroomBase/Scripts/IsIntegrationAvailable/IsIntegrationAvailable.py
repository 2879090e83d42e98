import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def is_available(brands, modules):
    wanted = {str(brand).casefold() for brand in brands}
    return any(
        module.get("state") == "active" and str(module.get("brand")).casefold() in wanted for module in modules.values()
    )


def main():
    brands = argToList(demisto.args().get("brandname"))
    demisto.results("yes" if is_available(brands, demisto.getModules() or {}) else "no")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()

import demistomock as demisto

demisto.results("echo")

demisto.results(demisto.args()["value"].upper())

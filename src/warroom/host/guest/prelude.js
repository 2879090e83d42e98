// What XSOAR's server offers to JavaScript: each run gets a new copy, in its own QuickJS context.
// Everything that is more than computing is asked for through one function, as JSON texts.
(function () {
    "use strict";
    const ask = globalThis.ask;
    delete globalThis.ask;
    const { parse, stringify } = JSON;
    const { isArray } = Array;
    const { defineProperty } = Object;
    const OutsideError = Error;

    function call(method, args) {
        const answer = parse(ask(method, stringify(args)));
        if (answer.error !== null) {
            throw new OutsideError(answer.error);
        }
        return answer.value;
    }

    function offer(name, value) {
        defineProperty(globalThis, name, { value, writable: true, configurable: true });
    }

    // A value that is asked for once, when a script first looks at it.
    function offerLate(name, make) {
        defineProperty(globalThis, name, {
            get: () => {
                const value = make();
                offer(name, value);
                return value;
            },
            set: (value) => offer(name, value),
            configurable: true,
        });
    }

    const OFFERED = {
        dq: (obj, path) => call("dt", { obj: obj === undefined ? null : obj, trnsfrm: text(path) }),
        executeCommand: (command, args) => call("executeCommand", { command: text(command), args: args || {} }),
        setContext: (path, value) => {
            call("setContext", { contextPath: text(path), value: value === undefined ? null : value });
        },
        HMAC_SHA256_MAC: (key, message) => call("HMAC_SHA256_MAC", { key: text(key), message: text(message) }),
        atob: (encoded) => call("atob", { text: text(encoded) }),
        btoa: (content) => call("btoa", { text: text(content) }),
        demistoUrls: () => call("demistoUrls", {}),
        demistoVersion: () => call("demistoVersion", {}),
        getAllSupportedCommands: () => call("getAllSupportedCommands", {}),
        getFileByEntryID: (id) => call("getFileByEntryID", { id: text(id) }),
        getModules: () => call("getModules", {}),
        getModulesForCommand: (command) => modulesFor(text(command)),
        http: (url, request, insecure, proxy) => call("http", { url: text(url), request: request || {}, insecure, proxy }),
        httpMultipart: (url, file, request, fields, insecure, proxy) =>
            call("httpMultipart", { url: text(url), file: text(file), request: request || {}, fields: fields || {}, insecure, proxy }),
        isValidIP: (value) => new RegExp("^" + IP + "$").test(text(value)),
        log: (...said) => say("log", said),
        logDebug: (...said) => say("debug", said),
        logError: (...said) => say("error", said),
        logInfo: (...said) => say("info", said),
        saveFile: (content) => call("saveFile", { content: typeof content === "string" ? content : stringify(content) }),
        getIntegrationContext: (sync) =>
            sync === true
                ? call("getIntegrationContextVersioned", { refresh: true })
                : call("getIntegrationContext", {}),
        getLastRun: () => call("getLastRun", {}),
        getLicenseID: () => call("getLicenseID", {}),
        setIntegrationContext: (context, version, sync) => remember(context, version, sync),
        setLastRun: (obj) => {
            call("setLastRun", { obj });
        },
        wait: (seconds) => {
            call("wait", { seconds: Number(seconds) });
        },
        x2j: (xml) => call("x2j", { xml: text(xml) }),
    };

    const IP = "(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    const PATTERNS = {
        emailRegex: ["\\b[\\w.+%-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.[A-Za-z]{2,}\\b", "gi"],
        ipRegex: ["\\b" + IP + "\\b", "g"],
        md5Regex: ["\\b[a-fA-F\\d]{32}\\b", "g"],
        sha1Regex: ["\\b[a-fA-F\\d]{40}\\b", "g"],
        sha256Regex: ["\\b[a-fA-F\\d]{64}\\b", "g"],
    };

    function text(value) {
        return value === undefined || value === null ? "" : `${value}`;
    }

    function say(level, said) {
        call("log", { level, text: said.map(shown).join(" ") });
    }

    function shown(value) {
        return typeof value === "object" ? stringify(value) : String(value);
    }

    // The instances whose integration has a command.
    function modulesFor(command) {
        const modules = call("getModules", {});
        const offers = call("getAllSupportedCommands", {});
        const found = {};
        for (const name of Object.keys(modules)) {
            if ((offers[modules[name].brand] || []).some((offered) => offered.name === command)) {
                found[name] = modules[name];
            }
        }
        return found;
    }

    // Another run's memory in the place of what this one knew is told, not thrown.
    function remember(context, version, sync) {
        if (version === undefined && sync === undefined) {
            call("setIntegrationContext", { context });
            return {};
        }
        try {
            call("setIntegrationContextVersioned", { context, version: version === undefined ? -1 : version, sync: Boolean(sync) });
            return {};
        } catch (refusal) {
            return { Error: refusal.message };
        }
    }

    // What a script returns; of a list, each item is a result of its own. An empty list is a value, too.
    function results(value) {
        if (value === undefined || value === null) {
            return [];
        }
        if (value instanceof Promise) {
            throw new TypeError("the script returns a promise; XSOAR has none, so return the value itself");
        }
        return isArray(value) && value.length ? value : [value];
    }

    function told(thrown) {
        if (thrown === null) {  // of which QuickJS makes no error when there is no room for one
            return { error: "InternalError: out of memory, or the script threw null", stack: "" };
        }
        if (thrown instanceof OutsideError) {
            const name = thrown.name === "Error" ? "" : `${thrown.name}: `;
            return { error: `${name}${thrown.message}` || "Error", stack: text(thrown.stack) };
        }
        return { error: thrown === "" ? "''" : shown(thrown), stack: "" };
    }

    function main(script) {
        try {
            return stringify({ results: results(script()) });
        } catch (thrown) {
            return stringify(told(thrown));
        }
    }

    return function begin(given) {
        const run = parse(given);
        for (const name of Object.keys(OFFERED)) {
            offer(name, OFFERED[name]);
        }
        for (const name of Object.keys(PATTERNS)) {
            offerLate(name, () => new RegExp(PATTERNS[name][0], PATTERNS[name][1]));
        }
        for (const name of Object.keys(run)) {
            offer(name, run[name]);
        }
        offerLate("invContext", () => call("context", {}));
        return main;
    };
})();

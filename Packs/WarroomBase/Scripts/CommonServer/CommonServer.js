// The library that scripts and integrations in JavaScript rely on: the same names, our own code.

// ---------------------------------------------------------------------------------------------------------------------
// Entries
// ---------------------------------------------------------------------------------------------------------------------

var entryTypes = {
    note: 1,
    downloadAgent: 2,
    file: 3,
    error: 4,
    pinned: 5,
    userManagement: 6,
    image: 7,
    plagroundError: 8,
    playgroundError: 8,
    entryInfoFile: 9,
    warning: 11,
    map: 15,
    widget: 17
};

var formats = {
    html: 'html',
    table: 'table',
    json: 'json',
    text: 'text',
    dbotResponse: 'dbotCommandResponse',
    markdown: 'markdown'
};

var dbotscores = {critical: 4, high: 3, medium: 2, low: 1, informational: 0.5, unknown: 0};

// Where outputs of each kind go: one of the same value is replaced.
var outputPaths = {
    file: 'File(val.MD5 && val.MD5 === obj.MD5 || val.SHA1 && val.SHA1 === obj.SHA1 || val.SHA256 && val.SHA256 === obj.SHA256)',
    ip: 'IP(val.Address && val.Address === obj.Address)',
    url: 'URL(val.Data && val.Data === obj.Data)',
    domain: 'Domain(val.Name && val.Name === obj.Name)',
    cve: 'CVE(val.ID && val.ID === obj.ID)',
    email: 'Account.Email(val.Address && val.Address === obj.Address)'
};

function isError(entry) {
    return Boolean(entry) && entry.Type === entryTypes.error;
}

// Whether what executeCommand gave begins with an entry that is no error.
function isValidRes(entries) {
    return Array.isArray(entries) && entries.length > 0 && !isError(entries[0]);
}

function scoreToReputation(score) {
    return {1: 'Good', 2: 'Suspicious', 3: 'Bad'}[score] || 'None';
}

function addMalicious(context, path, about) {
    context[path] = Object.assign(about, {properties_to_append: ['Malicious']});
}

// ---------------------------------------------------------------------------------------------------------------------
// Commands of the server
// ---------------------------------------------------------------------------------------------------------------------

function closeInvestigation(args) {
    return executeCommand('closeInvestigation', args);
}

function createNewIncident(args) {
    return executeCommand('createNewIncident', args);
}

function setIncident(args) {
    return executeCommand('setIncident', args);
}

function setSeverity(args) {
    return executeCommand('setSeverity', args);
}

function setOwner(name) {
    return executeCommand('setOwner', {owner: name});
}

function setPlaybook(name) {
    return executeCommand('setPlaybook', {name: name});
}

function setPlaybookAccordingToType(type) {
    return executeCommand('setPlaybookAccordingToType', {type: type});
}

function addTask(args) {
    return executeCommand('addTask', args);
}

function taskAssign(args) {
    return executeCommand('taskAssign', args);
}

function setTaskDueDate(args) {
    return executeCommand('setTaskDueDate', args);
}

function isCommandAvailable(command) {
    var offers = getAllSupportedCommands() || {};
    return Object.keys(offers).some(function (brand) {
        return (offers[brand] || []).some(function (offered) { return offered.name === command; });
    });
}

function isDemistoVersionGE(version) {
    var ours = demistoVersion().version.split('.').map(Number);
    var asked = String(version).split('.').map(Number);
    for (var i = 0; i < Math.max(ours.length, asked.length); i++) {
        if ((ours[i] || 0) !== (asked[i] || 0)) {
            return (ours[i] || 0) > (asked[i] || 0);
        }
    }
    return true;
}

// The contents of a list, or undefined where there is none.
function listContents(name) {
    var entries = executeCommand('getList', {listName: name});
    return isValidRes(entries) ? entries[0].Contents : undefined;
}

function getCSVListAsArray(listName) {
    return String(listContents(listName) || '')
        .split(',')
        .map(function (item) { return item.trim(); })
        .filter(Boolean);
}

function getJSONListAsObject(listName) {
    var contents = listContents(listName);
    if (contents === undefined) {
        return null;
    }
    try {
        return typeof contents === 'string' ? JSON.parse(contents) : contents;
    } catch (error) {
        throw new Error('The list ' + listName + ' is not JSON (' + error.message + '); correct it.');
    }
}

function fileNameFromEntry(entryId) {
    var parts = entryId.split('@');
    var entries = parts.length === 2 ? executeCommand('getEntry', {id: entryId}) : [];
    return entries && entries.length === 1 ? parts[1] + '_' + entries[0].FileID : null;
}

function verifyContextField(fieldName, expectedValue, comparisonType) {
    var value = dq(invContext, fieldName);
    if (value === undefined || value === null) {
        throw 'There is no ' + fieldName + ' in the context.';
    }
    var isAsExpected = comparisonType === 'stringContains' ? value.indexOf(expectedValue) !== -1 : value == expectedValue;
    if (expectedValue !== undefined && !isAsExpected) {
        throw fieldName + ' is ' + objToStr(value) + ', where ' + objToStr(expectedValue) + ' was expected.';
    }
    return value;
}

// ---------------------------------------------------------------------------------------------------------------------
// What an integration remembers
// ---------------------------------------------------------------------------------------------------------------------

function getVersionedIntegrationContext(sync, withVersion) {
    var kept = getIntegrationContext(sync !== false);
    return withVersion || sync === false ? kept : kept.context;
}

function setVersionedIntegrationContext(context, sync, version) {
    return setIntegrationContext(context, version === undefined ? -1 : version, sync !== false);
}

// Keep keys beside those that others keep; the value 'remove' removes one. What others wrote meanwhile is read, and tried again.
function mergeVersionedIntegrationContext(args) {
    var version = args.version;
    for (var tries = (args.retries || 0) + 1; tries > 0; tries--) {
        var kept = getVersionedIntegrationContext(true, true) || {};
        var merged = Object.assign({}, kept.context, args.newContext);
        Object.keys(merged).forEach(function (key) {
            if (merged[key] === 'remove') {
                delete merged[key];
            }
        });
        var answer = setVersionedIntegrationContext(merged, true, version === undefined ? kept.version : version);
        if (!answer || !answer.Error) {
            return;
        }
        version = undefined;
    }
    throw new Error('The integration context was changed by others meanwhile: ' + answer.Error);
}

// ---------------------------------------------------------------------------------------------------------------------
// Lists and objects
// ---------------------------------------------------------------------------------------------------------------------

// A list as it is, JSON of one, or text with commas.
function argToList(arg) {
    if (!arg) {
        return [];
    }
    if (typeof arg !== 'string') {
        return arg;
    }
    return /^\[[^]*\]$/.test(arg) ? JSON.parse(arg) : arg.split(',');
}

function toArray(value) {
    return value && !Array.isArray(value) ? [value] : value;
}

function nvl(value, otherwise) {
    return value || otherwise || 'Unknown';
}

function isFunction(value) {
    return typeof value === 'function';
}

function mergeForeignObjects(objects) {
    return Object.assign.apply(null, [{}].concat(objects || []));
}

// An object without the keys whose values say nothing.
function cleanObject(value) {
    if (Array.isArray(value)) {
        return value.map(cleanObject);
    }
    var kept = {};
    Object.keys(value || {}).forEach(function (key) {
        if (value[key] !== undefined && value[key] !== null && value[key] !== '') {
            kept[key] = value[key];
        }
    });
    return kept;
}

// Put every plain value below `obj` into `flat`, as text, under its path with dots.
function flattenFields(obj, path, flat) {
    if (obj === null || typeof obj !== 'object') {
        if (obj) {
            flat[path] = String(obj);
        }
        return;
    }
    Object.keys(obj).forEach(function (key) {
        flattenFields(obj[key], path ? path + '.' + key : key, flat);
    });
}

function holdsObjects(list) {
    return list.length > 0 && list[0] !== null && typeof list[0] === 'object';
}

// The same in one level: keys are paths with dots; a list of plain values stays whole.
function treeToFlattenObject(object) {
    if (object === null || typeof object !== 'object') {
        return object;
    }
    var flat = {};
    Object.keys(object).forEach(function (key) {
        var value = object[key];
        if (value === null || typeof value !== 'object' || (Array.isArray(value) && !holdsObjects(value))) {
            flat[key] = value;
            return;
        }
        var below = treeToFlattenObject(value);
        Object.keys(below).forEach(function (inner) { flat[key + '.' + inner] = below[inner]; });
    });
    return flat;
}

// A value at a path such as a.b[0].c; null where there is none.
function jq(obj, path) {
    if (!obj || !path) {
        return null;
    }
    var names = path.replace(/\[(\d+)\]/g, '.$1').split('.').filter(Boolean);
    for (var i = 0; i < names.length; i++) {
        if (obj === null || typeof obj !== 'object' || !Object.prototype.hasOwnProperty.call(obj, names[i])) {
            return null;
        }
        obj = obj[names[i]];
    }
    return obj;
}

function easyDQ(data, path, filter, returnValue) {
    return dq(data, dqQueryBuilder(path, filter, returnValue));
}

function dqQueryBuilder(path, filter, returnValue) {
    function called(code) {
        return isFunction(code) ? '(' + code + ')(val)' : code;
    }
    return path + (filter ? '(' + called(filter) + ')' : '') + (returnValue ? '=' + called(returnValue) : '');
}

// A function that makes of an object, or of each of a list, one with the fields of a table of {to, from}.
function mapObjFunction(mapFields, filter) {
    function mapped(obj) {
        var made = {};
        mapFields.filter(filter || Boolean).forEach(function (field) { made[field.to] = dq(obj, field.from); });
        return made;
    }
    return function (data) { return Array.isArray(data) ? data.map(mapped) : mapped(data); };
}

// Keys with dots become objects in one another.
function createContext(data, id) {
    function nested(obj) {
        var made = {};
        Object.keys(obj).forEach(function (key) {
            var names = key.split('.');
            var last = names.pop();
            var place = names.reduce(function (at, name) { return (at[name] = at[name] || {}); }, made);
            place[last] = obj[key];
        });
        if (id && !made.ID) {
            made.ID = id;
        }
        return made;
    }
    return Array.isArray(data) ? data.map(nested) : nested(data);
}

// An entry of a raw answer, by a table of what is shown and what goes into the context.
function createEntry(result, translator, MDfilter, headerTransform) {
    var content = translator.innerPath ? dq(result, translator.innerPath) : result;
    var isShown = MDfilter || function (field) { return field.humanReadable !== false; };
    var shown = mapObjFunction(translator.data, isShown)(content);
    var context = {};
    context[translator.contextPath] = createContext(mapObjFunction(translator.data)(content));
    return {
        Type: entryTypes.note,
        ContentsFormat: formats.json,
        Contents: result,
        ReadableContentsFormat: formats.markdown,
        HumanReadable: tableToMarkdown(translator.title, shown, undefined, undefined, headerTransform || dotToSpace),
        EntryContext: context
    };
}

// ---------------------------------------------------------------------------------------------------------------------
// Text
// ---------------------------------------------------------------------------------------------------------------------

// 'a {0} and {1}'.format(x, y)
Object.defineProperty(String.prototype, 'format', {
    value: function () {
        var given = arguments;
        return this.replace(/\{(\d+)\}/g, function (whole, number) {
            return given[number] === undefined ? whole : given[number];
        });
    },
    writable: true,
    configurable: true
});

function fixUrl(url) {
    return String(url).replace(/\/$/, '');
}

var removeLastSlash = fixUrl;

// ?a=1&b=2&b=3, or nothing
function encodeToURLQuery(args) {
    var pairs = [];
    Object.keys(args || {}).forEach(function (key) {
        [].concat(args[key]).forEach(function (value) {
            pairs.push(encodeURIComponent(key) + '=' + encodeURIComponent(value));
        });
    });
    return pairs.length ? '?' + pairs.join('&') : '';
}

// Put values in the places of %name%.
function replaceInTemplates(input, args) {
    return Object.keys(args).reduce(function (text, key) {
        return text.split('%' + key + '%').join(args[key]);
    }, input);
}

// The same; what has found its place is taken out of the arguments.
function replaceInTemplatesAndRemove(input, args) {
    return Object.keys(args).reduce(function (text, key) {
        if (text.indexOf('%' + key + '%') === -1) {
            return text;
        }
        var filled = text.split('%' + key + '%').join(args[key]);
        delete args[key];
        return filled;
    }, input);
}

function escaped(text, signs) {
    return String(text).replace(/[&<>"']/g, function (sign) { return signs[sign]; });
}

function escapeXMLChars(input) {
    return escaped(input, {'&': '&amp;', '"': '&quot;', "'": '&apos;', '<': '&lt;', '>': '&gt;'});
}

function stringEscapeHTML(input) {
    return escaped(input, {'&': '&amp;', '"': '&quot;', "'": '&#39;', '<': '&lt;', '>': '&gt;'});
}

// Text in a cell of Markdown; `minimal` escapes only what would end the cell.
function stringEscapeMD(input, replaceNewlines, minimal) {
    var text = String(input).replace(minimal ? /[|]/g : /[\\`*_{}[\]()#+\-!|]/g, '\\$&');
    return replaceNewlines ? text.replace(/\r\n|\r|\n/g, '<br>') : text;
}

function underscoreToCamelCase(text) {
    return String(text).replace(/(?:^|_)([A-Za-z0-9])/g, function (_, first) { return first.toUpperCase(); });
}

function dotToSpace(text) {
    return String(text).replace(/\./g, ' ');
}

function pascalToSpace(text) {
    return String(text).replace(/([a-z0-9])([A-Z])/g, '$1 $2');
}

function convertKeysToPascalCase(dict) {
    var made = {};
    Object.keys(dict).forEach(function (key) {
        var words = key.replace(/\w+/g, function (word) { return word[0].toUpperCase() + word.slice(1).toLowerCase(); });
        made[words.replace(/ /g, '')] = dict[key];
    });
    return made;
}

function convertTimestampToString(timestamp) {
    return new Date(parseInt(timestamp, 10)).toISOString();
}

// The parts of a date that a format names: digits, and the method of Date without get or set; %f are milliseconds.
var dateParts = {
    Y: [4, 'UTCFullYear', 0],
    m: [2, 'UTCMonth', 1],
    d: [2, 'UTCDate', 0],
    H: [2, 'UTCHours', 0],
    M: [2, 'UTCMinutes', 0],
    S: [2, 'UTCSeconds', 0],
    f: [3, 'UTCMilliseconds', 0]
};
var monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
var dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

// A date, in UTC, by a format such as %Y-%m-%dT%H:%M:%S.%fZ; also %b, %B, %a, %A, %y and %%.
function dateToString(date, format) {
    if (!(date instanceof Date) || isNaN(date)) {
        throw new Error('dateToString takes a date, and not ' + objToStr(date) + '; make one with new Date.');
    }
    var words = {
        B: monthNames[date.getUTCMonth()],
        b: monthNames[date.getUTCMonth()].slice(0, 3),
        A: dayNames[date.getUTCDay()],
        a: dayNames[date.getUTCDay()].slice(0, 3),
        y: ('0' + date.getUTCFullYear() % 100).slice(-2),
        '%': '%'
    };
    return String(format).replace(/%([A-Za-z%])/g, function (whole, sign) {
        var part = dateParts[sign];
        return part ? String(date['get' + part[1]]() + part[2]).padStart(part[0], '0') : words[sign] || whole;
    });
}

// The date that a text means by such a format, in UTC; whatever follows it in the text (a zone) is left out.
function stringToDate(dateString, format) {
    var signs = [];
    var literal = String(format).replace(/Z$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    var pattern = literal.replace(/%([YmdHMSfbB])/g, function (_, sign) {
        signs.push(sign);
        return {Y: '(\\d{4})', f: '(\\d{1,9})', b: '([A-Za-z]+)', B: '([A-Za-z]+)'}[sign] || '(\\d{1,2})';
    });
    var found = new RegExp('^' + pattern).exec(String(dateString));
    if (!found) {
        throw new Error(objToStr(dateString) + ' is not a date of the form ' + format + '; give the form that it has.');
    }
    var parts = {Y: 1970, m: 1, d: 1, H: 0, M: 0, S: 0, f: 0};
    signs.forEach(function (sign, number) {
        var text = found[number + 1];
        if (sign === 'b' || sign === 'B') {
            parts.m = monthNames.findIndex(function (name) {
                return name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase();
            }) + 1;
        } else {
            parts[sign] = Number(sign === 'f' ? (text + '00').slice(0, 3) : text);
        }
    });
    return new Date(Date.UTC(parts.Y, parts.m - 1, parts.d, parts.H, parts.M, parts.S, parts.f));
}

var Base64 = {
    // Each character is one byte.
    encode: function (input) {
        var signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
        var output = '';
        for (var i = 0; i < input.length; i += 3) {
            var bits = 0;
            for (var j = 0; j < 3; j++) {
                bits = bits * 256 + ((input.charCodeAt(i + j) || 0) & 255);
            }
            for (var k = 0; k < 4; k++) {
                output += i + k > input.length ? '=' : signs[(bits >> (18 - 6 * k)) & 63];
            }
        }
        return output;
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// Addresses
// ---------------------------------------------------------------------------------------------------------------------

function isIp(ip) {
    return isValidIP(ip);
}

function numToIp(number) {
    return [24, 16, 8, 0].map(function (bits) { return (number >>> bits) & 255; }).join('.');
}

function ipToNumber(ip) {
    return ip.split('.').reduce(function (number, part) { return number * 256 + parseInt(part, 10); }, 0);
}

function isIPInSubnet(ip, subnet) {
    var parts = subnet.split('/');
    var size = Math.pow(2, 32 - (parts.length > 1 ? Number(parts[1]) : 32));
    return Math.floor(ipToNumber(ip) / size) === Math.floor(ipToNumber(parts[0]) / size);
}

// ---------------------------------------------------------------------------------------------------------------------
// Tables
// ---------------------------------------------------------------------------------------------------------------------

function objToStr(value, delimiter) {
    if (Array.isArray(value)) {
        return value
            .map(function (item) { return objToStr(item); })
            .join(typeof delimiter === 'string' && delimiter ? delimiter : ',');
    }
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : JSON.stringify(value);
}

var formatCell = objToStr;

// The keys of all rows, in the order of the alphabet.
function GetAllObjectsProperties(rows) {
    return Object.keys(mergeForeignObjects(rows)).sort();
}

// Rows and columns of any value that a table is made of.
function tableOf(data, headers) {
    var rows = data === undefined || data === null ? [] : [].concat(data);
    var columns = headers && !Array.isArray(headers) && typeof headers !== 'object' ? [headers] : headers;
    if (!Array.isArray(columns) || columns.length === 0) {
        columns = rows.length && rows[0] !== null && typeof rows[0] === 'object' ? GetAllObjectsProperties(rows) : [];
    }
    var cells = rows.map(function (row) {
        return columns.map(function (column, number) {
            return row !== null && typeof row === 'object' ? row[column] : number ? undefined : row;
        });
    });
    return {columns: columns, cells: cells};
}

function isBlank(value) {
    return value === undefined || value === null;
}

function tableToMarkdown(name, t, headers, cellDelimiter, headerTransform) {
    var table = tableOf(t, headers);
    if (table.columns.length === 0) {
        return 'No data returned\n';
    }
    var title = name ? '### ' + name + '\n' : '';
    if (table.cells.length === 0) {
        return title + 'No data returned\n';
    }
    // One column alone needs a bar to be a table.
    function line(cells, between) {
        return (cells.length > 1 ? cells.join(between) : cells[0] + '|') + '\n';
    }
    var head = line(table.columns.map(headerTransform || String), '|');
    var rule = line(table.columns.map(function () { return '---'; }), '|');
    var body = table.cells.map(function (cells) {
        var texts = cells.map(function (cell) {
            return isBlank(cell) ? ' ' : stringEscapeMD(formatCell(cell, cellDelimiter), true, true) || ' ';
        });
        return line(texts, ' | ');
    });
    return title + head + rule + body.join('');
}

var tblToMd = tableToMarkdown;

function arrToMd(list) {
    return list && list.length ? tableToMarkdown('', list) : '';
}

function arrayToMarkdownTable(list, header) {
    return list && list.length ? tableToMarkdown('', list, header) : 'No results';
}

function tableToHTML(name, t, headers, cellDelimiter) {
    var table = tableOf(t, headers);
    function line(cells, tag) {
        var open = '<' + tag + '>', close = '</' + tag + '>';
        return '<tr>' + cells.map(function (cell) { return open + cell + close; }).join('') + '</tr>';
    }
    var body = table.cells.map(function (cells) {
        var texts = cells.map(function (cell) {
            return isBlank(cell) ? '' : stringEscapeHTML(formatCell(cell, cellDelimiter));
        });
        return line(texts, 'td');
    });
    var title = name ? '<h3>' + stringEscapeHTML(name) + '</h3>' : '';
    return title + '<table>' + line(table.columns.map(stringEscapeHTML), 'th') + body.join('') + '</table>';
}

function objToMd(obj) {
    var flat = {};
    flattenFields(obj, '', flat);
    var lines = Object.keys(flat).sort().map(function (key) { return key + ' | ' + flat[key] + '\n'; });
    return 'Key | Value\n- | -\n' + lines.join('');
}

function objToList(obj, title) {
    if (!obj) {
        return '';
    }
    var lines = Object.keys(obj).map(function (key) { return '- ' + key + ': ' + objToStr(obj[key]) + '\n'; });
    return '### ' + title + '\n' + lines.join('');
}

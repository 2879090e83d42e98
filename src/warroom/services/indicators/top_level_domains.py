"""The last labels of domain names: of countries, and general ones that are in use."""

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg
ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi
gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw
ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng
ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn
so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws
ye yt za zm zw
"""
# Not here, although they exist, are those that are rather the ends of file names: mov, zip.
_GENERAL = """
academy accountant aero agency app art asia auction audio bank bar best bet bid bike bio biz black blog blue bond boo
build business buzz cafe cam camera camp capital cards care cars cash casino cat center cfd chat church city click
clinic cloud club codes coffee college com community company computer consulting contact cool coop country coupons
credit cyou dad date day deals delivery dental design dev digital direct directory discount domains download earth edu
education email energy engineer enterprises equipment estate events exchange expert express faith family fans farm
fashion finance financial fit fitness flights fun fund fyi gallery game games gay gift global gmbh gold golf goog google
gov graphics green group guide guru health help homes host hosting house icu inc industries info ink institute insure
int international investments jobs kim kitchen land law lawyer legal life limited link live llc loan loans lol love ltd
luxury management market marketing media men microsoft mil mobi moda moe money monster mortgage museum name net network
new news ninja nyc one onion online org page partners party pet pharmacy photo photography photos pics pink pizza place
plus post press pro productions properties property pub qpon quest racing realty recipes red rehab rent rentals repair
report rest restaurant review reviews rip rocks run sale sbs school science security services sex sexy shoes shop
shopping show site skin social software solar solutions space store stream studio style sucks supply support surf
surgery systems tax taxi team tech technology tel tips tires today tokyo tools top tours town toys trade trading
training travel tube university uno vacations ventures vet video vip vision vote watch webcam website wedding wiki win
wine work works world wtf xin xxx xyz yachts yoga zone
"""
TOP_LEVEL_DOMAINS = frozenset((_COUNTRIES + _GENERAL).split())


def is_domain(name: str) -> bool:
    """Whether a name looks like a domain: labels of the right form, the last of which is a top-level domain.

    >>> [is_domain(name) for name in ("evil.example.com", "invoice.pdf", "-a.com", "xn--bcher-kva.example.xn--p1ai")]
    [True, False, False, True]
    """
    labels = name.split(".")
    last = labels[-1].lower()
    if len(name) > 253 or len(labels) < 2 or not (last in TOP_LEVEL_DOMAINS or last.startswith("xn--")):
        return False
    return all(0 < len(label) < 64 and not label.startswith("-") and not label.endswith("-") for label in labels)

"""Words whose full stop ends no sentence, language by language."""

from __future__ import annotations

from dataclasses import dataclass


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """After one of `always` the sentence goes on, after `lower` unless a capital follows, after `number`
    if a digit follows."""

    always: frozenset[str] = frozenset()
    lower: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()


ABBREVIATIONS = {
    "en": Abbreviations(
        always=words(
            "mr mrs ms dr prof st mt gen col lt sgt capt cmdr adm maj brig rev hon sen rep gov "
            "pres messrs mme mlle "
            "vs v viz cf e.g i.e ca approx fig figs"
        ),
        lower=words(
            "inc ltd co corp llc plc bros etc a.m p.m am pm u.s u.k u.n e.u u.s.a d.c ph.d m.a "
            "b.a jr sr al ft "
            "est ed eds b.c a.d ave blvd rd dept max avg "
            "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun"
        ),
        number=words("no nos p pp vol ch sec art par c op"),
    ),
    "ru": Abbreviations(
        always=words(
            "им ул просп пер пл наб бул корп см ср рис табл гл пп ст проф акад доц инж г-н "
            "г-жа св оз ген полк "
            "подп кап лейт напр т.е т.н т.к т.о т.ч н пос дер зам гос"
        ),
        lower=words(
            "г гг в вв др пр т.д т.п н.э э млн млрд трлн тыс руб коп долл проц чел экз ч мин "
            "сек км м кг р обл "
            "р-н и.о с стр т у.е л.с ред изд сер лат англ нем фр род п д кв "
            "янв фев февр апр авг сен сент окт ноя нояб дек"
        ),
        number=words("№ ок"),
    ),
    "tr": Abbreviations(
        always=words(
            "dr prof doç yrd av hz op alb gen org kor tüm tuğ bnb yzb ütğm bkz örn karş krş çev haz mah cad "
            "sok bul apt no tel st uzm müh öğr arş gör ecz alm ing fr far osm mim sn"
        ),
        lower=words(
            "vb vs vd yy a.ş m.ö m.s ltd şti tic san a.b.d t.c t.b.m.m sf cilt c böl şb fak "
            "üniv ank ist dk km "
            "cm kg"
        ),
        number=words("s"),
    ),
    "ar": Abbreviations(always=words("د ود أ وأ م وم ص ق ج ت هـ ط ع س ب ش ا إ ه أ.د وأ.د م.م ص.ب ق.م")),
    "uk": Abbreviations(
        always=words("ім вул просп пров див ст проф акад т.зв"),
        lower=words("р рр т.д т.п ін н.е млн млрд тис грн обл"),
    ),
}

TURKISH_MONTHS = words(
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık "
    "pazartesi salı çarşamba perşembe cuma"
)

"""Where sentences end, language by language: | marks the ends."""

import pytest

from annotator.text.sentences import ends

EXAMPLES = [
    ("en", "He left.| She stayed.|"),
    ("en", "Dr. Hale met Mr. Stone.| They spoke.|"),
    ("en", "J. R. R. Tolkien wrote it.| It is long.|"),
    ("en", "The U.S. Army left.| It was in the U.S.| The war ended.|"),
    ("en", "He came at 5 p.m. and left.| See No. 5 on p. 12.|"),
    ("en", "“We will not leave!” he said.| “Is that clear?”| Nobody answered.|"),
    ("en", "It was… not clear.| And then…| Nothing.|"),
    ("en", "She said (?) nothing (...) at all.|"),
    ("en", "It cost 3.5 million.| That is much.|"),
    ("en", "He said so.[1]| She did not.|"),
    ("en", "More than . million people came.| They stayed.|"),
    ("ru", "В 2019 г. министр В. В. Петров приехал в г. Сочи.| Там его ждали.|"),
    ("ru", "Это было в 2019 г.| Потом он ушёл.|"),
    ("ru", "«Мы не уйдём!» — сказал он.| Все молчали.|"),
    ("ru", "Ущерб составил 5 млн. рублей и др. расходы, т. е. много.| Так сказано.|"),
    ("ru", "Он жил на ул. Ленина, см. стр. 5.| Теперь нет.|"),
    ("ru", "Кто знает…| Никто.|"),
    ("ru", "Министр С. Лавров и Д. А. Медведев встретили Р. Т. Эрдогана.| Потом ушли.|"),
    ("ru", "Пришли все (в т.ч. 300 детей), т. н. актив.| Он родился 5 янв. 1990 г. в Омске.|"),
    ("en", "He climbed Mt. Everest.| She did not.|"),
    ("tr", "Bkz. s. 5 ve ötesi.| Sonra C. Ahmet geldi.|"),
    ("tr", "Dr. Ay 15. toplantıya geldi.| II. Abdülhamid gelmedi.|"),
    ("tr", "Bu 2019.| Ağustos değil mi?| Evet.|".replace("2019.| Ağ", "2019. Ağ")),
    ("tr", "“Gitmeyeceğiz!” dedi.| Şirket A.Ş. olarak kuruldu.|"),
    ("tr", "M.Ö. 300 yılında oldu.| Elma, armut vb. şeyler aldı.|"),
    ("tr", "İstanbul güzel.| İzmir de güzel.|"),
    ("ar", "قال د. أحمد ذلك.| ثم غادر.|"),
    ("ar", "الوضع صعب.. لكنه سيتحسن.| هل هذا واضح؟| نعم!|"),
    ("ar", "وأضاف “لن نرحل.”| ثم غادر.|"),
    ("ar", "أكثر من . مليون لاجئ.| انتهى.|"),
    ("ar", "وبلغ 3.5 مليون... وهذا كثير.|"),
    ("ar", "بدأ ذلك، ثم انتهى؛ وقال: لا.|"),
    ("ar", "قال د. سامي ود. علي ذلك.| وكتبت J. K. Rowling إلى Mr. Hale ذلك.| هذا فيتامين C.| وهذا ماء.|"),
    ("de", "Das ist gut.| Und das auch.|"),
]


@pytest.mark.parametrize(("lang", "marked"), EXAMPLES)
def test_ends_sentences(lang, marked):
    text = marked.replace("|", "")
    found = ends(text, lang)
    cut = [text[start:end].strip() for start, end in zip([0, *found], found, strict=False)]
    assert cut == [sentence.strip() for sentence in marked.split("|") if sentence]


def test_ends_nothing_in_an_unknown_language_badly():
    assert ends("One. Two.", "xx")[-1] == len("One. Two.")


def test_joins_nothing_where_no_mark_stands():
    assert ends("no mark at all", "en") == [14]

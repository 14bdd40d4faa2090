"""Spellings of names in four scripts, for the folding on the server and on the page."""

SAME = [
    ("أنقرة", "انقره"),
    ("إدارة", "اداره"),
    ("آسيا", "اسيا"),
    ("ٱلعراق", "العراق"),
    ("مؤتمر", "موتمر"),
    ("رئيس", "رييس"),
    ("لواء", "لوا"),
    ("مصطفى", "مصطفي"),
    ("القاهرةُ", "القاهره"),
    ("أُمّة", "امه"),
    ("بـــلد", "بلد"),
    ("ﻻجئ", "لاجي"),  # presentation form
    ("کابل", "كابل"),  # Persian kaf
    ("دم\u200cشق", "دمشق"),  # zero-width non-joiner
    ("İstanbul", "istanbul"),
    ("ISPARTA", "ısparta"),
    ("IŞIK", "ışık"),
    ("Çavuşoğlu", "cavusoglu"),
    ("ÜNLÜ", "unlu"),
    ("Ёлка", "елка"),
    ("ПУТИН", "путин"),
    ("Шойгу", "шоигу"),
    ("Gov’t", "gov't"),
    ("PUTIN", "Putin"),
    ("  two   words ", "Two Words"),
]

APART = [
    ("مصر", "نصر"),
    ("بيروت", "بروت"),
    ("Акар", "Akar"),
    ("Putin", "Putina"),
    ("Шойгу", "Шойга"),
    ("two words", "twowords"),
]

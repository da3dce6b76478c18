//! The people whom the department works with, all invented: a name, and a plant.

/// Somebody, with the band of their age.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) age_band: &'static str,
}

const fn person(name: &'static str, age_band: &'static str) -> Person {
    Person { name, age_band }
}

/// Those whom street outreach met.
pub(super) const OUTREACH: [Person; 40] = [
    person("Ada Acacia", "18_24"),
    person("Basil Bamboo", "18_24"),
    person("César Cedro", "25_34"),
    person("Dalia Durazno", "18_24"),
    person("Elio Encino", "14_17"),
    person("Fern Fuchsia", "25_34"),
    person("Gil Ginkgo", "18_24"),
    person("Hazel Heather", "18_24"),
    person("Íñigo Iris", "25_34"),
    person("Jade Juniper", "14_17"),
    person("Kip Kelp", "18_24"),
    person("Lía Laurel", "18_24"),
    person("Minh Mimosa", "25_34"),
    person("Nico Naranjo", "18_24"),
    person("Óscar Olmo", "35_54"),
    person("Petra Palma", "18_24"),
    person("Quique Quinoa", "18_24"),
    person("Rue Rowan", "25_34"),
    person("Said Saffron", "18_24"),
    person("Tilo Tamarindo", "14_17"),
    person("Uma Ulmo", "18_24"),
    person("Vito Verbena", "25_34"),
    person("Willa Willow", "18_24"),
    person("Ximena Xoconostle", "18_24"),
    person("Yuri Yucca", "35_54"),
    person("Zoe Zinnia", "18_24"),
    person("Abdi Agave", "18_24"),
    person("Bruna Brezo", "25_34"),
    person("Cleo Clover", "14_17"),
    person("Duy Dill", "18_24"),
    person("Enzo Eneldo", "18_24"),
    person("Flor Fresno", "25_34"),
    person("Gus Gorse", "18_24"),
    person("Hilda Helecho", "18_24"),
    person("Ivo Ivy", "25_34"),
    person("Joy Jasmine", "18_24"),
    person("Kai Kauri", "18_24"),
    person("Lino Lila", "14_17"),
    person("Maya Maple", "18_24"),
    person("Nil Nettle", "25_34"),
];

/// Those whom hospital response met at a bedside.
pub(super) const HOSPITAL: [Person; 6] = [
    person("Olga Olivo", "18_24"),
    person("Pax Poplar", "25_34"),
    person("Quim Quillay", "18_24"),
    person("Reed Reseda", "18_24"),
    person("Sira Sorrel", "25_34"),
    person("Teo Thyme", "18_24"),
];

/// Those who came back from custody.
pub(super) const REENTRY: [Person; 10] = [
    person("Ulises Uva", "25_34"),
    person("Val Valerian", "35_54"),
    person("Wes Wheat", "25_34"),
    person("Xavi Xanthium", "18_24"),
    person("Yara Yarrow", "35_54"),
    person("Zeno Zelkova", "25_34"),
    person("Aldo Aloe", "55_up"),
    person("Bea Begonia", "25_34"),
    person("Ciro Clavel", "35_54"),
    person("Dot Daisy", "25_34"),
];

/// Those whom victim services know, and nobody else.
pub(super) const VICTIMS: [Person; 4] = [
    person("Efe Enebro", "25_34"),
    person("Fay Freesia", "35_54"),
    person("Gala Geranio", "18_24"),
    person("Hope Hyssop", "25_34"),
];

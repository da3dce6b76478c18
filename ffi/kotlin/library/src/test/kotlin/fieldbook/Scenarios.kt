package fieldbook

import java.io.File

/** One line of a scenario. */
class Step(
    val number: Int,
    val who: String,
    val does: String,
    val what: String,
    val with: Map<String, String>,
    val then: Map<String, String>,
)

/** A title and what happens. */
class Scenario(val title: String, val steps: MutableList<Step> = mutableListOf())

/** The scenarios of a file, whose first lines say how it is written. */
fun readScenarios(file: File): List<Scenario> {
    val scenarios = mutableListOf<Scenario>()
    file.readLines().forEachIndexed { index, line ->
        if (line.startsWith("==")) {
            scenarios += Scenario(line.removePrefix("==").trim())
        } else if (line.isNotBlank() && !line.startsWith("#")) {
            val cells = line.split("|").map(String::trim)
            fun cell(place: Int) = cells.getOrElse(place) { "" }
            scenarios.last().steps +=
                Step(index + 1, cell(0), cell(1), cell(2), pairs(cell(3)), pairs(cell(4)))
        }
    }
    return scenarios
}

/** `KEY=VALUE` with `;` between them. A word without `=` is a key without a value. */
private fun pairs(text: String): Map<String, String> =
    text.split(";").map(String::trim).filter(String::isNotEmpty)
        .associate { it.substringBefore("=") to it.substringAfter("=", "") }

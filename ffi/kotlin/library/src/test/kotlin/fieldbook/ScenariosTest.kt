package fieldbook

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestFactory
import java.io.File

/** Every scenario of `ffi/scenarios.txt`, against a real server. */
class ScenariosTest {
    private val scenarios = readScenarios(File(System.getProperty("fieldbook.scenarios")))

    init {
        setLogger(LogLevel.DEBUG, Log)
    }

    @Test
    fun `there are scenarios`() = assertTrue(scenarios.size > 10)

    @TestFactory
    fun scenarios(): List<DynamicTest> = scenarios.map { scenario -> dynamicTest(scenario.title) { play(scenario) } }

    private fun play(scenario: Scenario): Unit = runBlocking {
        val people = scenario.steps.map(Step::who).distinct() - "office"
        Town(people).use { town ->
            Player(town).use { player -> scenario.steps.forEach { player.play(it) } }
        }
    }
}

package fieldbook.sample.android

import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.File

class GuideTest {
    @Test
    fun `what the page tells an Android developer to write is what compiles here`() {
        val page = File(System.getProperty("fieldbook.docs"), "mobile.md").readText()
        val compiled = lines(File("src/test/kotlin/fieldbook/sample/android/Guide.kt").readText())
        val blocks = page.split(Regex("(?m)^ *```")).filter { it.startsWith("kotlin\n") }
            .map { it.removePrefix("kotlin\n") }
            // That one is Gradle's.
            .filterNot { it.trimStart().startsWith("// app/build.gradle.kts") }
        assertTrue(blocks.size >= 5, "${blocks.size} blocks")
        for (block in blocks) assertTrue(lines(block) in compiled, block)
    }

    private fun lines(text: String): String = text.lines().joinToString("\n", transform = String::trim).trim()
}

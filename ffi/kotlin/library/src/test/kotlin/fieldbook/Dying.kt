package fieldbook

import kotlinx.coroutines.runBlocking
import java.io.File

/** Makes a record, says so, and waits to be killed. */
fun main(words: Array<String>) = runBlocking {
    val (store, keys, type) = words
    val edits = words.drop(3).map { FieldName(it.substringBefore("=")) set it.substringAfter("=") }
    val book = Fieldbook.open(File(store), fileVault(keys))
    println(book.create(TypeName(type), edits = edits))
    Thread.sleep(600_000)
}

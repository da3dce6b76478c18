package android.util

import java.io.File
import java.io.FileOutputStream

@Suppress("UNUSED_PARAMETER")
class AtomicFile(file: File) {
    fun readFully(): ByteArray = TODO()
    fun startWrite(): FileOutputStream = TODO()
    fun finishWrite(stream: FileOutputStream): Unit = TODO()
    fun failWrite(stream: FileOutputStream): Unit = TODO()
    fun delete(): Unit = TODO()
}

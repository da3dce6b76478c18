package androidx.work

import android.content.Context
import java.util.concurrent.TimeUnit

class WorkerParameters

@Suppress("UNUSED_PARAMETER")
abstract class ListenableWorker(context: Context, parameters: WorkerParameters) {
    val applicationContext: Context get() = TODO()

    open class Result {
        companion object {
            fun success(): Result = TODO()
            fun retry(): Result = TODO()
            fun failure(): Result = TODO()
        }
    }
}

abstract class CoroutineWorker(context: Context, parameters: WorkerParameters) : ListenableWorker(context, parameters) {
    abstract suspend fun doWork(): Result
}

enum class NetworkType { CONNECTED }

class Constraints {
    @Suppress("UNUSED_PARAMETER")
    class Builder {
        fun setRequiredNetworkType(type: NetworkType): Builder = TODO()
        fun build(): Constraints = TODO()
    }
}

class WorkRequest

@Suppress("UNUSED_PARAMETER")
class WorkRequestBuilder {
    fun setConstraints(constraints: Constraints): WorkRequestBuilder = TODO()
    fun build(): WorkRequest = TODO()
}

@Suppress("UNUSED_PARAMETER")
inline fun <reified W : ListenableWorker> PeriodicWorkRequestBuilder(every: Long, unit: TimeUnit): WorkRequestBuilder = TODO()

inline fun <reified W : ListenableWorker> OneTimeWorkRequestBuilder(): WorkRequestBuilder = TODO()

enum class ExistingPeriodicWorkPolicy { KEEP }

enum class ExistingWorkPolicy { KEEP }

@Suppress("UNUSED_PARAMETER")
class WorkManager {
    fun enqueueUniquePeriodicWork(name: String, policy: ExistingPeriodicWorkPolicy, request: WorkRequest): Unit = TODO()
    fun enqueueUniqueWork(name: String, policy: ExistingWorkPolicy, request: WorkRequest): Unit = TODO()

    companion object {
        fun getInstance(context: Context): WorkManager = TODO()
    }
}

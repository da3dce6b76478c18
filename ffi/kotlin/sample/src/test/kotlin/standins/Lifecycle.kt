package androidx.lifecycle

import kotlinx.coroutines.CoroutineScope

abstract class Lifecycle {
    enum class State { STARTED }
}

interface LifecycleOwner

val LifecycleOwner.lifecycleScope: CoroutineScope get() = TODO()

@Suppress("UNUSED_PARAMETER", "UnusedReceiverParameter")
suspend fun LifecycleOwner.repeatOnLifecycle(state: Lifecycle.State, block: suspend CoroutineScope.() -> Unit): Unit = TODO()

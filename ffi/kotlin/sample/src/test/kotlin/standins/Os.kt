package android.os

object Build {
    object VERSION {
        const val RELEASE = "16"
    }
}

// Stand-ins for the classes of Android that `Guide.kt` uses, as far as it uses them: to compile it
// without downloading Android. Nothing here runs.
package android.app

import android.content.Context

open class Application : Context()

/** Alerts, incidents and announcements in one SQLite file that survives a kill at any moment. */
@NullMarked
package io.tiercel.functions.local.sqlite;

import org.jspecify.annotations.NullMarked;

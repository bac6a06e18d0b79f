/** The anchors of the audit log in files. Depends on the core module only. The sweep writes, and the command {@code audit} reads. */
@NullMarked
package io.tiercel.functions.local.anchor;

import org.jspecify.annotations.NullMarked;

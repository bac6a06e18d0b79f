/**
 * What the pages show: records that the templates read, and the templates' engine. The records are read from JSON of the operator
 * API, whose texts may be hostile: the engine makes them visible and escapes them. Depends on {@code operate} only. Runs on the thread
 * that renders a page.
 */
@NullMarked
package io.tiercel.functions.console.view;

import org.jspecify.annotations.NullMarked;

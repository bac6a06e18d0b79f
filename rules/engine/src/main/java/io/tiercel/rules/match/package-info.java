/**
 * Matchers behind the operators: globs, path prefixes, POSIX regular expressions and IP networks.
 *
 * <p>This package depends only on the JDK and RE2/J, and does not know rules. Matchers are immutable; they are created
 * by the thread that loads rules and used by the thread that evaluates events.
 */
@NullMarked
package io.tiercel.rules.match;

import org.jspecify.annotations.NullMarked;

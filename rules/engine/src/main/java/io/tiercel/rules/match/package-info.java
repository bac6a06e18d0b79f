/** The matchers behind operators: globs, path prefixes, POSIX regular expressions, networks; know nothing of rules. */
@NullMarked
package io.tiercel.rules.match;

import org.jspecify.annotations.NullMarked;

/** What comes back from people: buttons pressed in Slack, pages taken in PagerDuty; believed only if it is signed and new. */
@NullMarked
package io.tiercel.functions.interact;

import org.jspecify.annotations.NullMarked;

/** What is known about an alert beyond its own words: the host it comes from, the ATT&amp;CK names behind its tags. */
@NullMarked
package io.tiercel.functions.enrich;

import org.jspecify.annotations.NullMarked;

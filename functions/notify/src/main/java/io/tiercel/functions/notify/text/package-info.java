/**
 * What messages about incidents and groups say to people: headlines, facts and sentences, without the markup of any service. Depends on
 * the core module. Its classes are stateless and run on the threads of channels.
 */
@NullMarked
package io.tiercel.functions.notify.text;

import org.jspecify.annotations.NullMarked;

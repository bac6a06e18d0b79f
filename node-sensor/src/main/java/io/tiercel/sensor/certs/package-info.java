/** Certificates for a first try: an authority of one's own, and what it signs. */
@NullMarked
package io.tiercel.sensor.certs;

import org.jspecify.annotations.NullMarked;

/**
 * Plans of incidents: building, deciding, applying, resuming after a crash, and releasing.
 *
 * <p>This package depends on all other packages of the responses and on the audit log. Every change is stored before the
 * responder acts on it. One process at a time works on a plan, under its {@link
 * io.tiercel.functions.respond.plan.IncidentLease}.
 */
@NullMarked
package io.tiercel.functions.respond.plan;

import org.jspecify.annotations.NullMarked;

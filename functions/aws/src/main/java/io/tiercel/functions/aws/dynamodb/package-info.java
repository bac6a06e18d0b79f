/**
 * Incidents and what people were told about them, in one DynamoDB table.
 *
 * <table>
 * <caption>Items</caption>
 * <tr><th>{@code pk}</th><th>{@code sk}</th><th>What it is</th></tr>
 * <tr><td>{@code alert#ID}</td><td>{@code alert}</td><td>This alert has been counted, in {@code incident}. Written in the
 * transaction that counts it, on the condition that it is not there yet; kept {@value
 * io.tiercel.functions.aws.dynamodb.IncidentTable#ALERT_DAYS} days, twice as long as a dead-letter queue keeps a message: an
 * alert that comes back later than that is counted again</td></tr>
 * <tr><td>{@code incident#ID}</td><td>{@code incident}</td><td>The incident: {@code cluster}, {@code rule}, {@code
 * workload}, {@code executable}, {@code target}; {@code priority} (0 is the most urgent), {@code count}, {@code first},
 * {@code last} (nanoseconds), {@code heard} (milliseconds, arrival of the last alert), {@code tactics} (set), {@code state},
 * {@code escalation}, {@code episode}, {@code noted} (the last episode that is in the audit log), {@code closed_at},
 * {@code closed_by}, {@code closed_until} (only while it is closed), {@code enrichment} (JSON), {@code sampled} (how many
 * samples there are), {@code notifications} (the notification records by channel), {@code acknowledgement},
 * {@code shard}, {@code open} (the same, only while it is open). Kept {@value
 * io.tiercel.functions.aws.dynamodb.IncidentTable#INCIDENT_DAYS} days after its last alert</td></tr>
 * <tr><td>{@code incident#ID}</td><td>{@code sample#TIME#ALERT}</td><td>An alert as evidence, {@code document}, in the order
 * of arrival; an item of its own because every write of an item is paid by its size</td></tr>
 * <tr><td>{@code audit}</td><td>{@code head}</td><td>The end of the audit log: {@code number}, {@code hash}</td></tr>
 * <tr><td>{@code audit#BLOCK}</td><td>{@code NUMBER}</td><td>An entry of the audit log: {@code previous}, {@code line}, {@code
 * hash}; a block holds a thousand. Written in the transaction that moves the end, on the condition that both are where they
 * were; never changed, and kept for ever: no role of the functions may delete items</td></tr>
 * <tr><td>{@code incident#ID}</td><td>{@code audit#NUMBER}</td><td>The same entry once more, to be found by its
 * incident</td></tr>
 * <tr><td>{@code used_token#TOKEN}</td><td>{@code used_token}</td><td>A token that was used and cannot be used again; kept until
 * its age invalidates it</td></tr>
 * <tr><td>{@code health}</td><td>{@code 000} to {@code 999}</td><td>A sensor's message about itself; a newer one with the same
 * slot replaces it, so there are never more</td></tr>
 * <tr><td>{@code state#KEY}</td><td>{@code state}</td><td>What responses remember, {@code document} (JSON) with its {@code
 * version}, which every write raises on the condition that it is the one that was read: plans ({@code plan/INCIDENT}), whose
 * turn it is ({@code turn/INCIDENT}), orders ({@code orders/INCIDENT}), caps ({@code cap/NAME}), the circuit breaker</td></tr>
 * </table>
 *
 * <p>The index {@code by-last-seen} ({@code shard}, {@code last}) holds the incidents, spread over sixteen shards by the first
 * digit of their ids, and, under the shard {@code state}, what responses have to look at again, at its time; the index {@code
 * open-by-heard} ({@code open}, {@code heard}) only the incidents that are open, so that looking for quiet ones reads no others.
 * Time to live is the attribute {@code expires}.
 */
@NullMarked
package io.tiercel.functions.aws.dynamodb;

import org.jspecify.annotations.NullMarked;

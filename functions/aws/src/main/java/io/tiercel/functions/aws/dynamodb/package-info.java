/**
 * Incidents, notifications and response state in one DynamoDB table, and the audit log in another. Depends on the AWS SDK and the
 * ports of the domain. Stores are thread-safe, and any number of processes can use them.
 *
 * <table>
 * <caption>Items of the incident table</caption>
 * <tr><th>{@code pk}</th><th>{@code sk}</th><th>Content</th></tr>
 * <tr><td>{@code counted#RULE#TIME}</td><td>number of the item, 8 digits</td><td>Alerts that one transaction counted. It is part of the
 * log of one rule (12 bytes of its SHA-256) and ten seconds of event time. {@code ids} has 12 bytes of the SHA-256 of each id, and 2
 * bytes with the index of its incident. {@code incidents} are their ids, separated by spaces. {@code total} is the number of ids up to
 * this item. An item never changes. It expires after {@link io.tiercel.functions.privacy.Retention#ALERT_IDS 30 days}, twice as long as
 * a dead-letter queue keeps a message. An alert that arrives later is counted again</td></tr>
 * <tr><td>{@code alert#ID}</td><td>{@code alert}</td><td>Marks an alert that was counted in {@code incident}, if its log is full. The id
 * is scoped by its verified sender. Expires like a log</td></tr>
 * <tr><td>{@code incident#ID}</td><td>{@code incident}</td><td>The incident: {@code cluster}, {@code rule}, {@code workload},
 * {@code executable}, {@code target}, {@code priority} (0 is the most urgent), {@code first} and {@code last} (nanoseconds),
 * {@code opened} (of the current episode) and {@code last_received} (milliseconds), {@code tactics} (set), {@code state}, {@code escalation}, {@code episode},
 * {@code audited_episode} (the last episode in the audit log). While it is closed: {@code closed_at}, {@code closed_by}, {@code
 * closed_until}. Counts: {@code count}, {@code verified_count}, {@code sampled} and {@code sampled_verified} (samples).
 * Slots: {@code slot_key}, {@code slot_verified}, {@code folded}, {@code folded_causes}. Also {@code enrichment} and {@code doubts} (JSON), {@code acknowledgement}, {@code assignment}, {@code comments} (their number), {@code last_comment} (hash), {@code activity} (alerts per minute, see {@link io.tiercel.functions.incident.MinuteCounts#text}), {@code shard}, and {@code open} (the same, while it is open). It expires some time
 * after its last alert, see {@link io.tiercel.functions.privacy.Retention#incidents}</td></tr>
 * <tr><td>{@code incident#ID}</td><td>{@code cause#ID}</td><td>A cause that a folded incident counts. Expires like an
 * incident</td></tr>
 * <tr><td>{@code slots#KEY}</td><td>{@code slots}</td><td>The open incidents of one cluster, rule and workload ({@link
 * io.tiercel.functions.incident.Fingerprint#slotKey}): {@code verified} and {@code unverified} (sets of ids), {@code revision}, {@code
 * checked}. Expires only while it is empty</td></tr>
 * <tr><td>{@code incident#ID}</td><td>{@code sample#KIND#NUMBER#HASH}</td><td>An alert as evidence, {@code document}. The
 * kind is 0 for verified senders, else 1; the number is the approximate order of arrival. It is a separate item because DynamoDB charges each write by the size of the item</td></tr>
 * <tr><td>{@code comments#INCIDENT}</td><td>number of the comment, 3 digits</td><td>A comment of an operator: {@code at}
 * (milliseconds), {@code by}, {@code text}. Expires when the incident would without further alerts</td></tr>
 * <tr><td>{@code notification#SUBJECT}</td><td>{@code channel#NAME}</td><td>What a channel shows of an incident or a group, and what is
 * pending: {@code document} (JSON) with its {@code version}, {@code write} (identifies the last write). While a message is pending: {@code shard}, {@code last} (due time) and {@code
 * pending_since}</td></tr>
 * <tr><td>{@code group#ID}</td><td>{@code group}</td><td>A group of incidents that one message shows: {@code channel}, {@code dimension},
 * {@code value}, {@code since} (milliseconds), {@code size} (about the number of members)</td></tr>
 * <tr><td>{@code group#ID}</td><td>{@code incident#ID}</td><td>A member of the group: {@code rule}, {@code workload}, {@code target}, {@code
 * priority}, {@code verified}, {@code count}, {@code is_open} (0 or 1), {@code joined_at} (milliseconds), {@code write} (identifies the last
 * write)</td></tr>
 * <tr><td>{@code group-of#INCIDENT}</td><td>{@code CHANNEL#OCCASION}</td><td>Which {@code group} the incident joined on an
 * occasion</td></tr>
 * <tr><td>{@code used_token#TOKEN}</td><td>{@code used_token}</td><td>A single-use token that was used. It expires with the token</td></tr>
 * <tr><td>{@code health}</td><td>{@code 000} to {@code 999}, {@code verified-000} to {@code verified-999}</td><td>A
 * sensor's message about itself; those of verified senders have slots of their own. A newer message with the same
 * slot replaces it, which limits their number</td></tr>
 * <tr><td>{@code state#KEY}</td><td>{@code state}</td><td>State of responses: {@code document} (JSON) with its {@code version}, {@code write} (identifies the last write). A
 * write requires the version that was read, and increases it. Keys: plans ({@code plan/INCIDENT}), leases ({@code
 * lease/INCIDENT}), operator commands ({@code commands/INCIDENT}), caps ({@code cap/NAME}), the circuit breaker, who set the kill switch ({@code kill-switch})</td></tr>
 * </table>
 *
 * <p>The index {@code by-last-seen} ({@code shard}, {@code last}) contains the incidents in sixteen shards, by the first digit of
 * their ids. Its shards {@code due-KIND} contain the state documents with a due time, and its shard {@code held} the other documents of
 * holds, so that operators can list them. The index {@code open-by-last-received} ({@code
 * open}, {@code last_received}) contains only open incidents, so that the search for quiet incidents reads no others. The attribute
 * {@code expires} is the time to live.
 *
 * <table>
 * <caption>Items of the audit table</caption>
 * <tr><th>{@code pk}</th><th>{@code sk}</th><th>Content</th></tr>
 * <tr><td>{@code chain#CHAIN}</td><td>the number of the entry, 19 digits</td><td>An audit entry: {@code previous}, {@code line}, {@code
 * hash}, {@code period} and {@code time} (see {@code AuditTime}), and no other attribute. The chain is the id of the incident, or {@code -FUNCTION} for entries without an incident. The
 * transaction that moves the head writes it, if it does not exist. It never changes and never expires</td></tr>
 * <tr><td>{@code chain#CHAIN}</td><td>{@code head}</td><td>The end of the chain: {@code bucket}, {@code number}, {@code head} (the hash of
 * the last entry). Each append updates it, if {@code head} is unchanged</td></tr>
 * </table>
 *
 * <p>The index {@code by-bucket} ({@code bucket}, {@code pk}) projects all attributes and contains only the heads. The bucket has two
 * hexadecimal digits: the first byte of the SHA-256 of the chain's id. The index {@code by-time} ({@code period}, {@code time}) projects
 * all attributes and contains only the entries. The audit table has no time to live.
 *
 * <p>Functions that append ({@code deduplicate}, {@code respond}, {@code sweep}, {@code interact}) call on {@code chain#*}: {@code
 * GetItem}; {@code PutItem} with the attributes {@code pk}, {@code sk}, {@code previous}, {@code line}, {@code hash}, {@code period}, {@code time}; {@code UpdateItem}
 * with the attributes {@code pk}, {@code sk}, {@code bucket}, {@code number}, {@code head}. Because entries and heads have no attribute in
 * common except their keys, an update cannot change an entry. Only {@code sweep} reads more: {@code Query}, {@code Scan} and {@code
 * BatchGetItem} on the table, {@code Query} on the index. It keeps its progress in the incident table, in the documents {@code
 * audit/anchor} and {@code audit/verification} of the state of responses. {@code enrich} and {@code notify} use the audit table for
 * nothing.
 */
@NullMarked
package io.tiercel.functions.aws.dynamodb;

import org.jspecify.annotations.NullMarked;

package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.incident.IncidentStore.RecordRequest;
import io.tiercel.functions.incident.RecordResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Counts alerts in their incidents. Thread-safe.
 *
 * <p>One transaction counts the alerts of a batch that have the same rule, or as many as fit into it: it appends their ids to a log, and
 * writes each of their incidents once. It requires that neither the log nor an incident has changed since they were read. A conflicting
 * transaction is repeated from the start. The decisions are made in memory, for one alert after the other.
 */
final class AlertCounter {
    private static final int LOCKS = 16;

    private final IncidentTable table;
    private final AlertIdLogs logs;
    /** The lock of a rule serializes the writers of this process, so that they do not conflict in DynamoDB. */
    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(LOCKS).toList();

    AlertCounter(IncidentTable table, AlertIdLogs logs) {
        this.table = table;
        this.logs = logs;
    }

    /** Counts alerts, one after the other, like {@link io.tiercel.functions.incident.IncidentStore#recordAll}. */
    List<RecordResult> countAll(List<RecordRequest> requests) {
        Map<String, List<Integer>> byRule = new LinkedHashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            byRule.computeIfAbsent(requests.get(i).alert().alert().rule(), _ -> new ArrayList<>())
                    .add(i);
        }
        RecordResult[] results = new RecordResult[requests.size()];
        byRule.forEach((rule, indexes) -> {
            List<RecordResult> counted =
                    countRule(rule, indexes.stream().map(requests::get).toList());
            for (int i = 0; i < counted.size(); i++) {
                results[indexes.get(i)] = counted.get(i);
            }
        });
        return List.of(results);
    }

    private List<RecordResult> countRule(String rule, List<RecordRequest> requests) {
        ReentrantLock lock = locks.get(Math.floorMod(rule.hashCode(), LOCKS));
        lock.lock();
        try {
            List<RecordResult> results = new ArrayList<>();
            while (results.size() < requests.size()) {
                results.addAll(countNext(requests.subList(results.size(), requests.size())));
            }
            return results;
        } finally {
            lock.unlock();
            logs.trim();
        }
    }

    /** Counts as many alerts as fit into one transaction, and returns their results. */
    private List<RecordResult> countNext(List<RecordRequest> requests) {
        for (int attempt = 0; ; attempt++) {
            CountingTransaction prepared = CountingTransaction.prepare(table, logs, requests);
            List<TransactWriteItem> writes = prepared.writes();
            if (writes.isEmpty()) {
                return prepared.results();
            }
            try {
                table.client().transactWriteItems(transaction -> transaction.transactItems(writes));
                prepared.committed();
                return prepared.results();
            } catch (TransactionCanceledException e) {
                IncidentTable.backOffCancelled("count alerts", attempt, e);
            } catch (SdkException e) {
                throw IncidentTable.unavailable("count alerts", e);
            }
        }
    }
}

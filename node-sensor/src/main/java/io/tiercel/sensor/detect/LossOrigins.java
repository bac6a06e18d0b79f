package io.tiercel.sensor.detect;

import io.tiercel.sensor.event.LossOrigin;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lost events by the container or user that caused them, the one with the most losses first. */
final class LossOrigins {
    /** Maximum number of containers and users in an alert. */
    static final int MAX_ORIGINS = 5;

    /**
     * The losses of a container or user.
     *
     * @param loudest its process with the most losses
     * @param records its lost records
     */
    record Account(LossOrigin loudest, long records) {}

    private LossOrigins() {}

    /** Returns the losses by container or user, at most {@link #MAX_ORIGINS}. */
    static List<Account> byAccount(List<LossOrigin> origins) {
        Map<String, Account> accounts = new LinkedHashMap<>();
        for (LossOrigin origin : origins) {
            accounts.merge(origin.account(), new Account(origin, origin.group().records()), LossOrigins::add);
        }
        List<Account> sorted = new ArrayList<>(accounts.values());
        sorted.sort(Comparator.comparingLong(Account::records).reversed());
        return List.copyOf(sorted.subList(0, Math.min(MAX_ORIGINS, sorted.size())));
    }

    private static Account add(Account a, Account b) {
        boolean second = b.loudest().group().records() > a.loudest().group().records();
        return new Account(second ? b.loudest() : a.loudest(), a.records() + b.records());
    }
}

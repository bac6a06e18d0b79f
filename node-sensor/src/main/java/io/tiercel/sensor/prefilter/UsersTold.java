package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.capture.RecordLayout.USER_CLASSES;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Classes of users: class 0 are all that have none of their own. */
final class UsersTold {
    private static final long MAX = 0xffff_ffffL;

    private final List<Long> users;

    /** Classes for what these checks name. */
    UsersTold(Set<CheckedExpr> checks) {
        Set<Long> found = new TreeSet<>();
        checks.forEach(check -> Constants.numbers(check, Field.USER_UID).stream()
                .filter(uid -> uid >= 0 && uid < MAX)
                .forEach(found::add));
        users = found.stream().limit(USER_CLASSES - 1).toList();
    }

    /** In the order of their classes, from class 1. */
    List<Long> users() {
        return users;
    }

    /** Whether a check holds for the users of a class. */
    Truth of(int userClass, CheckedExpr check) {
        if (!facts(0).knows(check)) {
            return Truth.MAYBE;
        }
        if (userClass > 0) {
            return facts(users.get(userClass - 1)).of(check);
        }
        LongStream around = Constants.numbers(check, Field.USER_UID).stream()
                .mapToLong(Long::longValue)
                .flatMap(uid -> LongStream.of(uid - 1, uid, uid + 1));
        return LongStream.concat(LongStream.of(0, MAX), around)
                .filter(uid -> uid >= 0 && uid <= MAX && !users.contains(uid))
                .mapToObj(uid -> facts(uid).of(check))
                .reduce(Truth::either)
                .orElse(Truth.MAYBE);
    }

    private static Facts facts(long uid) {
        return Facts.of(Map.of(Field.USER_UID, uid));
    }
}

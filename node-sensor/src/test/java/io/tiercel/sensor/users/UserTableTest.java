package io.tiercel.sensor.users;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class UserTableTest {
    /** A table finds what a map finds, whatever the ids and their order. */
    @Property(tries = 300)
    void findsTheFirstTextOfEachId(@ForAll List<Integer> ids, @ForAll int other) {
        IdTable table = new IdTable();
        Map<Integer, String> expected = new HashMap<>();
        for (int i = 0; i < ids.size(); i++) {
            table.add(ids.get(i), "name" + i);
            expected.putIfAbsent(ids.get(i), "name" + i);
            assertEquals(expected.get(ids.get(i / 2)), table.get(ids.get(i / 2)));
        }
        for (int id : ids) {
            assertEquals(expected.get(id), table.get(id));
            assertTrue(table.contains(id));
        }
        assertEquals(expected.get(other), table.get(other));
        assertEquals(expected.containsKey(other), table.contains(other));
    }

    @Test
    void largestAndNegativeIdsAreDistinct() {
        UserTable users = new UserTable();
        users.add("c", "max:x:4294967295:1::/:/bin/sh\nnobody:x:65534:1::/:/bin/sh\n", "");
        assertEquals("max", users.userName("c", -1));
        assertEquals("nobody", users.userName("c", 65_534));
        assertEquals("<NA>", users.userName("c", 1));
        assertEquals("root", users.userName("c", 0));
        assertEquals("root", users.userName("unread", 0));
    }

    /** A user can put a carriage return into the own entry with old versions of chfn (CVE-2023-29383). */
    @Test
    void aCarriageReturnDoesNotEndALine() {
        UserTable users = new UserTable();
        users.add(
                "",
                "ann:x:1000:1000:Ann\rroot:x:1000:1000:,,,:/home/ann:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n",
                "a\rb:x:5:\n");
        assertEquals("ann", users.userName("", 1000));
        assertEquals("bob", users.userName("", 1001));
        assertEquals("a\rb", users.groupName("", 5));
    }

    /** 200 containers with the largest file, some 400 MiB before, and 1,000 usual ones. */
    @Test
    void databasesOfContainersHaveAMaximumSize() {
        StringBuilder passwd = new StringBuilder();
        for (int id = 1; passwd.length() < UserDatabaseReader.SIZE_LIMIT; id++) {
            passwd.append("u:x:").append(id).append(":1:::\n");
        }
        UserTable users = new UserTable();
        users.add("", "root:x:0:0::/root:/bin/sh\nadmin:x:7:7::/:/bin/sh\n", "");
        for (int i = 0; i < 200; i++) {
            users.add("large" + i, passwd.toString(), "");
            assertTrue(users.containerBytes() <= UserTable.MAX_BYTES);
        }
        assertTrue(users.hasUser("large199", 5_000));
        assertFalse(users.hasDatabase("large0"));
        assertEquals("admin", users.userName("", 7), "the host's database is never dropped");
        for (int i = 0; i < 1_000; i++) {
            users.add("small" + i, "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n", "root:x:0:\n");
        }
        assertTrue(users.hasUser("small0", 1000));
        users.clear("small0");
        assertFalse(users.hasDatabase("small0"));
    }
}

package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.field.FieldRef;
import java.nio.file.Path;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every event once, and none lost, when two threads make them as fast as they can. */
class LiveLoadTest {
    private static final int OPENS_PER_THREAD = 7_000;
    private static final String PROGRAM = "import os, threading\n"
            + "def go():\n  for i in range(" + OPENS_PER_THREAD + "): os.close(os.open('/etc//passwd', os.O_RDONLY))\n"
            + "t = [threading.Thread(target=go) for _ in range(2)]\n[x.start() for x in t]\n[x.join() for x in t]";

    @TempDir
    private Path dir;

    @Test
    void nothingIsLost() {
        LiveEvents.assumeCapture();
        FieldRef raw = Snapshot.ref("fd.nameraw");
        FieldRef asPassed = Snapshot.ref("evt.arg.name");
        FieldRef command = Snapshot.ref("proc.name");
        int[] seen = new int[1];
        try (EventStream stream = EventStreams.live(LiveOptions.defaults().withEventTypes(Set.of("openat")))) {
            LiveEvents.run(dir, "python3", "-S", "-c", PROGRAM);
            Awaitility.await().pollInSameThread().until(() -> {
                stream.poll(
                        event -> {
                            if ("/etc//passwd".equals(event.text(asPassed)) && "python3".equals(event.text(command))) {
                                assertEquals("/etc/passwd", event.text(raw));
                                seen[0]++;
                            }
                        },
                        20);
                return seen[0] >= 2 * OPENS_PER_THREAD;
            });
            assertEquals(2 * OPENS_PER_THREAD, seen[0]);
            assertEquals(0, stream.lostEvents());
        }
    }
}

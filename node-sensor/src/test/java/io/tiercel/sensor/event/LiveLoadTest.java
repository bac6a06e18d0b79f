package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.rules.field.FieldRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivers each event of two busy threads once, whatever else the machine does. */
@Tag("live")
class LiveLoadTest {
    private static final int OPENS_PER_THREAD = 7_000;
    private static final String PROGRAM = "import os, threading\n"
            + "def go():\n  for i in range(" + OPENS_PER_THREAD + "): os.close(os.open('/etc//passwd', os.O_RDONLY))\n"
            + "t = [threading.Thread(target=go) for _ in range(2)]\n[x.start() for x in t]\n[x.join() for x in t]";

    @TempDir
    private Path dir;

    @Test
    void deliversEveryEventOnce() throws Exception {
        LiveEvents.assumeCapture();
        FieldRef raw = EventSnapshot.ref("fd.nameraw");
        FieldRef asPassed = EventSnapshot.ref("evt.arg.name");
        FieldRef mark = EventSnapshot.ref("proc.env[TIERCEL_TEST]");
        int[] seen = new int[1];
        LiveOptions options = LiveOptions.defaults().withEventTypes(Set.of("openat"));
        try (EventStream stream = LiveEvents.open(options, LiveEvents.LARGE_RING)) {
            CompletableFuture<Integer> program =
                    CompletableFuture.supplyAsync(() -> LiveEvents.run(dir, "python3", "-S", "-c", PROGRAM));
            Awaitility.await().atMost(Duration.ofSeconds(60)).pollInSameThread().until(() -> {
                stream.poll(
                        event -> {
                            if ("/etc//passwd".equals(event.text(asPassed)) && "yes".equals(event.text(mark))) {
                                assertEquals("/etc/passwd", event.text(raw));
                                seen[0]++;
                            }
                        },
                        20);
                return program.isDone() && seen[0] >= 2 * OPENS_PER_THREAD;
            });
            assertEquals(0, program.get());
            assertEquals(2 * OPENS_PER_THREAD, seen[0]);
        }
    }
}

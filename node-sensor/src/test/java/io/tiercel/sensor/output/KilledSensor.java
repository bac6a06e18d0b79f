package io.tiercel.sensor.output;

import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A process of its own that appends and ships alerts until it is killed, and notes what it wrote. */
final class KilledSensor {
    private KilledSensor() {}

    /** Folder of the spool, address of the server, file of notes: {@code + ID} before an append, {@code = ID} after. */
    public static void main(String[] words) throws Exception {
        Path folder = Path.of(words[0]);
        Spool spool = Spool.open(folder, SpoolOptions.defaults());
        AlertIdGenerator ids = AlertIdGenerator.forNode("node", "boot", folder);
        Shipper.start(spool, new HttpBatchTarget(ServerUrl.parse(words[1]), Map.of(), TlsFiles.none()), folder);
        try (FileOutputStream notes = new FileOutputStream(words[2], true)) {
            while (true) {
                String id = ids.next();
                notes.write(("+ " + id + "\n").getBytes(StandardCharsets.ISO_8859_1));
                spool.append(ShipperTest.alert(id, "message"));
                notes.write(("= " + id + "\n").getBytes(StandardCharsets.ISO_8859_1));
                LockSupport.parkNanos(100_000);
            }
        }
    }
}

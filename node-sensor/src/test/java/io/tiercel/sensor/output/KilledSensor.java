package io.tiercel.sensor.output;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.spool.AlertIdGenerator;
import io.tiercel.sensor.spool.Spool;
import io.tiercel.sensor.spool.SpoolOptions;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** A sensor in a child process. It appends and delivers alerts until it is killed, and logs what it wrote. */
final class KilledSensor {
    private KilledSensor() {}

    /**
     * Arguments: spool folder, server URL, log file. It logs {@code + ID} before an append and {@code = ID} after it.
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Spool spool = Spool.open(folder, SpoolOptions.defaults());
        AlertIdGenerator ids = AlertIdGenerator.forNode("node", "boot", folder);
        Shipper.start(spool, new HttpBatchTarget(ServerUrl.parse(args[1]), Map.of(), TlsFiles.none()), folder);
        try (FileOutputStream log = new FileOutputStream(args[2], true)) {
            while (true) {
                String id = ids.next();
                log.write(("+ " + id + "\n").getBytes(StandardCharsets.ISO_8859_1));
                spool.append(ShipperTest.alert(id, "message"));
                log.write(("= " + id + "\n").getBytes(StandardCharsets.ISO_8859_1));
                LockSupport.parkNanos(100_000);
            }
        }
    }
}

package io.tiercel.bench.functions;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Alerts in the sensors' JSON format. */
final class SampleAlerts {
    private SampleAlerts() {}

    /**
     * Returns an alert. Alerts of one rule have the same cause.
     *
     * @param boot distinguishes runs, like the boot id of a node; the id of an alert consists of it and the number
     */
    static String alert(String boot, String rule, int number) {
        return "{\"id\":\"node-7/" + UUID.nameUUIDFromBytes(boot.getBytes(StandardCharsets.UTF_8)) + "/" + number
                + "\",\"hostname\":\"node-7\",\"output\":\"12:00:00.000000000: Warning Sensitive file read by untrusted program | file=/etc/shadow"
                + " program=python3 command=python3 -c open('/etc/shadow') user=root parent=bash\",\"priority\":\"Warning\","
                + "\"output_fields\":{\"container.id\":\"3ad7b26ded6d\",\"container.image.repository\":\"shop/cart\","
                + "\"container.name\":\"cart\",\"k8s.ns.name\":\"shop\",\"k8s.pod.name\":\"cart-5f7\",\"evt.type\":\"openat\","
                + "\"fd.name\":\"/etc/shadow\",\"proc.exepath\":\"/usr/bin/python3.13\",\"proc.name\":\"python3\","
                + "\"proc.pname\":\"bash\",\"user.name\":\"root\",\"proc.pid\":" + (1000 + number % 30_000) + "},"
                + "\"rule\":\"" + rule
                + "\",\"source\":\"syscall\",\"tags\":[\"T1003.008\",\"mitre_credential_access\"],"
                + "\"time\":\"2026-01-01T00:" + twoDigits(number / 60 % 60) + ":" + twoDigits(number % 60)
                + ".000000000Z\"}";
    }

    private static String twoDigits(int number) {
        return (number < 10 ? "0" : "") + number;
    }
}

package io.tiercel.bench.pipeline;

import io.tiercel.functions.identity.Sender;
import java.time.Instant;

/** Makes alerts in the sensors' JSON format. Not thread-safe. */
public final class AlertMaker {
    private long number;

    /**
     * Returns a new alert, about 1 KiB, from the sensor of its node.
     *
     * @param node number of the node
     * @param rule number of the rule
     * @param pod number of the workload
     * @param file number of the file; alerts that differ here have different causes
     * @param time its time
     */
    public SentAlert alert(int node, int rule, int pod, int file, Instant time) {
        return alert(node, rule, pod, file, time, 1);
    }

    /**
     * Returns a new alert that stands for several identical ones.
     *
     * @param count how many, at least 1
     */
    public SentAlert alert(int node, int rule, int pod, int file, Instant time, int count) {
        number++;
        String document = """
                {"id":"node-%1$d/5a1c0f3e-0d5c-4d8e-9b39-0f1d5a2f7c11/%2$d","hostname":"node-%1$d",\
                "output":"%6$s: Warning Sensitive file read by untrusted program | file=/etc/secret-%5$d program=python3 \
                command=python3 -c open('/etc/secret-%5$d') user=root uid=0 parent=bash container=cart-%4$d image=shop/cart-%4$d \
                pod=cart-%4$d namespace=shop","output_fields":{"container.id":"3ad7b26ded6d",\
                "container.image.repository":"shop/cart-%4$d","container.image.tag":"1.4.2","container.name":"cart-%4$d",\
                "k8s.ns.name":"shop","k8s.pod.name":"cart-%4$d","k8s.pod.uid":"0f1d5a2f-7c11-4d8e-9b39-5a1c0f3e0d5c",\
                "evt.type":"openat","fd.name":"/etc/secret-%5$d","proc.exepath":"/usr/bin/python3.13","proc.name":"python3",\
                "proc.cmdline":"python3 -c open('/etc/secret-%5$d')","proc.pname":"bash","proc.ppid":812,"user.name":"root",\
                "user.uid":0,"proc.pid":%7$d,"tiercel.count":%8$d},"priority":"Warning","rule":"Sensitive file read %3$d","source":"syscall",\
                "tags":["T1003.008","mitre_credential_access","container"],"time":"%6$s"}""".formatted(node, number, rule, pod, file, time, 1000 + number % 30_000, count);
        return new SentAlert(document, Sender.ofNode("node-" + node));
    }
}

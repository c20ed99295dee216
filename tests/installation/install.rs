//! install.sh: order, flags, and one test for each thing that may be wrong before or during an installation.

use std::fs;

use crate::cluster::Cluster;

const LOCAL: &str = "values/local.yaml";
const IRSA: &str = "values/aws-irsa.yaml";
const FOREIGN_NAMESPACES: &str = "chart-templates/namespaces/tests/valid/made-by-others.yaml";

const RELEASES: [&str; 4] = ["namespaces", "flink-operator", "spark-operator", "lakehouse"];

fn upgrades(cluster: &Cluster) -> Vec<String> {
    let start = "helm upgrade --install ";
    let calls = cluster.calls();
    calls.iter().filter_map(|call| call.strip_prefix(start)).map(str::to_owned).collect()
}

fn installed(cluster: &Cluster) -> Vec<String> {
    upgrades(cluster).iter().map(|call| call.split(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn releases_come_in_order_with_crds_before_them() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.run("install.sh", &[]).succeeds();
    assert_eq!(installed(&cluster), RELEASES);
    for upgrade in upgrades(&cluster) {
        assert!(upgrade.contains(" --skip-crds --wait --timeout 15m"), "{upgrade}");
    }
    for crd in [
        "flinkbluegreendeployments.flink.apache.org",
        "flinkdeployments.flink.apache.org",
        "flinksessionjobs.flink.apache.org",
        "flinkstatesnapshots.flink.apache.org",
        "scheduledsparkapplications.sparkoperator.k8s.io",
        "sparkapplications.sparkoperator.k8s.io",
    ] {
        assert!(cluster.has(&format!("crds/{crd}")), "{crd}");
    }
    let calls = cluster.calls();
    let first = |part: &str| calls.iter().position(|call| call.contains(part)).unwrap();
    assert!(
        first("apply --server-side --force-conflicts --field-manager=helm")
            < first("--install flink-operator")
    );
    assert!(first("--install spark-operator") < first("--install lakehouse"));
    // Repeated, it does the same.
    cluster.run("install.sh", &["--timeout", "3m"]).succeeds();
    assert_eq!(installed(&cluster).len(), 8);
    assert!(upgrades(&cluster)[7].contains("--timeout 3m"));
}

/// On a namespace that is there, Helm 4 would take away what Helm gave it: its labels, its pod security.
#[test]
fn only_a_missing_namespace_is_created() {
    let cluster = Cluster::new(LOCAL);
    cluster.run("install.sh", &["--only", "namespaces"]).succeeds();
    assert!(upgrades(&cluster)[0].contains(" --create-namespace "), "{}", upgrades(&cluster)[0]);
    cluster.put("calls", "");
    cluster.run("install.sh", &["--skip-preflight"]).succeeds();
    assert_eq!(installed(&cluster), RELEASES);
    for upgrade in upgrades(&cluster) {
        assert!(!upgrade.contains("--create-namespace"), "{upgrade}");
    }
}

#[test]
fn only_the_patched_release_has_the_post_renderer() {
    for version in ["v3.17.3", "v4.3.1"] {
        let cluster = Cluster::with_secrets(LOCAL);
        cluster.put("helm-version", version);
        let run = cluster.run("install.sh", &[]);
        // What the plugin's command says is for somebody who calls Helm by hand.
        assert!(
            !run.out.contains("HELM_PLUGINS") && !run.err.contains("HELM_PLUGINS"),
            "{}{}",
            run.out,
            run.err
        );
        run.succeeds();
        let upgrades = upgrades(&cluster);
        let (patched, plain) = upgrades.split_last().unwrap();
        assert!(plain.iter().all(|call| !call.contains("--post-renderer")), "{plain:#?}");
        let start = "--post-renderer lakehelm --post-renderer-args post-render --post-renderer-args -c --post-renderer-args ";
        let file = patched.split_once(start).unwrap().1;
        assert!(fs::exists(file.trim_end()).unwrap(), "{file}");
        // Helm 4 knows post-renderers as plugins only.
        let plugin = cluster.calls().iter().any(|call| call == "HELM_PLUGINS lakehelm");
        assert_eq!(plugin, version.starts_with("v4"), "{version}");
    }
}

#[test]
fn a_plugin_that_cannot_be_written_stops_it() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.put("no-plugin", "");
    let run = cluster.run("install.sh", &["--only", "lakehouse"]);
    run.fails(&["lakehelm cannot write Helm's plugin: error: no space left on device"]);
}

#[test]
fn programs_and_files_are_named_from_where_it_is_called() {
    let mut cluster = Cluster::with_secrets(LOCAL);
    cluster.put("helm-version", "v3.17.3");
    let stubs = crate::support::tools::project("tests/installation/stubs");
    for program in ["helm", "kubectl", "lakehelm"] {
        fs::copy(stubs.join(program), cluster.root().join(program)).unwrap();
        cluster.set(&program.to_uppercase(), &format!("./{program}"));
    }
    cluster.run("install.sh", &["--only", "lakehouse", "--", "-f", "site.yaml"]).succeeds();
    let upgrade = &upgrades(&cluster)[0];
    assert!(
        upgrade.contains("--post-renderer ./lakehelm ") && upgrade.ends_with("-f site.yaml"),
        "{upgrade}"
    );
}

#[test]
fn missing_secrets_are_named_and_stop_it_after_the_namespaces() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.remove("secrets/polaris/polaris-root");
    cluster.put("secrets/flink/aws-secret/region", "");
    let run = cluster.run("install.sh", &[]);
    run.fails(&[
        "polaris/polaris-root\n",
        "flink/aws-secret: no key region",
        "Secrets are missing",
        "./create-secrets.sh",
    ]);
    assert!(!run.err.contains("secret_access_key"), "{}", run.err);
    assert_eq!(installed(&cluster), ["namespaces"]);
}

#[test]
fn external_secrets_may_take_a_moment() {
    let cluster = Cluster::new(IRSA);
    cluster
        .run("install.sh", &[])
        .fails(&["polaris/polaris-root", "External Secrets has not delivered them"]);
    // The keys that the charts ask for arrive while it waits.
    let mut deliver = String::new();
    for call in fs::read_to_string(cluster.root().join("platform/install.sh")).unwrap().lines() {
        let mut words = call.split_whitespace();
        if words.next() == Some("check_secret") && !call.contains("()") {
            let folder = format!("$STUB/secrets/{}/{}", words.next().unwrap(), words.next().unwrap());
            deliver += &format!("mkdir -p {folder}\n");
            words.for_each(|key| deliver += &format!("echo x >{folder}/{key}\n"));
        }
    }
    cluster.put("on-sleep", &deliver);
    cluster.run("install.sh", &[]).succeeds();
}

#[test]
fn a_cluster_that_does_not_fit_is_left_alone() {
    type Change = fn(&Cluster);
    let cases: [(Change, &str); 5] = [
        (
            |cluster| cluster.put("unreachable", ""),
            "the cluster does not answer: Unable to connect to the server",
        ),
        (|cluster| cluster.put("denied/fluss", ""), "you may not create Deployments in: fluss"),
        (|cluster| cluster.put("denied/cluster", ""), "you may not create CRDs"),
        (
            |cluster| cluster.remove("crds/certificates.cert-manager.io"),
            "the cluster has no CRD certificates.cert-manager.io",
        ),
        (|cluster| cluster.put("helm-version", "v3.9.4"), "Helm v3.9.4 is too old"),
    ];
    for (change, words) in cases {
        let cluster = Cluster::with_secrets(LOCAL);
        change(&cluster);
        cluster.run("install.sh", &[]).fails(&[words]);
        assert!(cluster.changes().is_empty(), "{:#?}", cluster.changes());
    }
}

#[test]
fn a_release_that_is_locked_or_foreign_is_not_touched() {
    for (release, words) in [
        (
            "pending-install lakehouse-0.1.0",
            ["interrupted during its first installation", "helm uninstall lakehouse -n lakehouse"],
        ),
        (
            "pending-upgrade lakehouse-0.1.0",
            ["release lakehouse is locked (pending-upgrade)", "helm rollback lakehouse REVISION"],
        ),
        (
            "deployed web-shop-1.4.2",
            ["release lakehouse in namespace lakehouse is of another chart: web-shop", "namespaces.release"],
        ),
    ] {
        let cluster = Cluster::with_secrets(LOCAL);
        cluster.put("releases/lakehouse/lakehouse", release);
        cluster.run("install.sh", &["--only", "lakehouse"]).fails(&words);
        assert!(installed(&cluster).is_empty());
    }
}

#[test]
fn a_release_that_fails_is_explained() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.put("fails", "lakehouse");
    cluster.put(
        "pods/fluss",
        "tablet-server-0  0/1  Running  3  5m\nzookeeper-0  1/1  Running  0  5m\ncoordinator-server-0  0/1  CreateContainerConfigError  0  5m\n",
    );
    cluster.put("pods/polaris", "polaris-bootstrap-1-x  0/1  Completed  0  5m\n");
    cluster.put(
        "events/fluss",
        "4m  Warning  FailedMount  pod/zookeeper-0  secret \"y\" not found\n1m  Warning  Failed  pod/coordinator-server-0  secret \"x\" not found\n",
    );
    let run = cluster.run("install.sh", &[]);
    run.fails(&[
        "release lakehouse failed",
        "fluss/tablet-server-0",
        "fluss/coordinator-server-0",
        "secret \"x\" not found",
    ]);
    assert!(!run.err.contains("zookeeper-0") && !run.err.contains("polaris-bootstrap"), "{}", run.err);
}

#[test]
fn a_webhook_is_asked_until_it_answers() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.put("webhook-failures", "3");
    cluster.run("install.sh", &[]).succeeds();
    let probes = cluster.calls().iter().filter(|call| call.contains("--dry-run=server")).count();
    assert_eq!(probes, 3 + 2);

    let cluster = Cluster::with_secrets(LOCAL);
    cluster.put("webhook-failures", "1000");
    cluster
        .run("install.sh", &[])
        .fails(&["the webhook of FlinkDeployment does not answer", "connection refused"]);
    assert_eq!(installed(&cluster), ["namespaces", "flink-operator"]);
}

#[test]
fn charts_that_cannot_be_fetched_stop_it() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.put("no-repositories", "");
    cluster.run("install.sh", &[]).fails(&[
        "helm cannot fetch flink-kubernetes-operator",
        "--charts FOLDER",
        "not a valid chart repository",
    ]);
    assert!(installed(&cluster).is_empty());
}

#[test]
fn arguments_without_effect_are_refused() {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.run("install.sh", &["--only", "lakehose"]).fails(&["there is no release lakehose", "usage:"]);
    cluster.run("install.sh", &["--", "-f", "site.yaml"]).fails(&["need --only with one release"]);
    assert_eq!(cluster.run("install.sh", &["--olny", "lakehouse"]).code, Some(2));
    assert!(cluster.calls().is_empty());
}

#[test]
fn namespaces_of_others_must_be_there() {
    let cluster = Cluster::new(FOREIGN_NAMESPACES);
    cluster.put("namespaces/flink", "");
    let run = cluster.run("install.sh", &[]);
    run.fails(&["namespaces are missing: lakehouse ", " fluss", "namespaces.create is false"]);
    assert!(cluster.changes().is_empty());
    for namespace in
        ["lakehouse", "polaris", "spark", "fluss", "technical-flink-operator", "technical-spark-operator"]
    {
        cluster.put(&format!("namespaces/{namespace}"), "");
    }
    cluster.run("install.sh", &["--only", "namespaces"]).succeeds();
    assert!(!upgrades(&cluster)[0].contains("--create-namespace"));
}

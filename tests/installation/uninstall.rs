//! uninstall.sh: what goes, in which order, and what stays.

use crate::cluster::Cluster;

const LOCAL: &str = "values/local.yaml";

fn installed() -> Cluster {
    let cluster = Cluster::with_secrets(LOCAL);
    cluster.run("install.sh", &[]).succeeds();
    cluster.put("calls", "");
    cluster
}

#[test]
fn custom_resources_go_first_and_the_operators_after_the_platform() {
    let cluster = installed();
    cluster.run("uninstall.sh", &[]).succeeds();
    let changes = cluster.changes();
    let place = |part: &str| {
        changes
            .iter()
            .position(|change| change.contains(part))
            .unwrap_or_else(|| panic!("{part}: {changes:#?}"))
    };
    let order = [
        "delete flinksessionjobs.flink.apache.org --all",
        "delete flinkdeployments.flink.apache.org --all",
        "helm uninstall lakehouse",
        "helm uninstall spark-operator",
        "helm uninstall flink-operator",
        "helm uninstall namespaces",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{changes:#?}");
    assert!(place("delete scheduledsparkapplications") < place("delete sparkapplications"));
    let deletions: Vec<_> = changes.iter().filter(|change| change.contains(" delete ")).collect();
    let mut once = deletions.clone();
    once.dedup();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), deletions.len(), "{deletions:#?}");
    assert!(cluster.has("secrets/polaris/polaris-root") && cluster.has("namespaces/fluss"));

    // Nothing is left to do, and that is no error.
    cluster.put("calls", "");
    cluster.run("uninstall.sh", &[]).succeeds();
    assert!(!cluster.changes().iter().any(|change| change.starts_with("helm uninstall")));
}

#[test]
fn custom_resources_that_stay_keep_their_operator() {
    let cluster = installed();
    cluster.put("stuck/flinksessionjobs.flink.apache.org", "");
    cluster.run("uninstall.sh", &[]).fails(&[
        "some flinksessionjobs.flink.apache.org in flink are still there",
        "the operator that must release them has to run",
    ]);
    assert!(!cluster.changes().iter().any(|change| change.starts_with("helm uninstall")));
}

#[test]
fn a_release_that_stays_stops_it() {
    let cluster = installed();
    cluster.put("fails", "lakehouse");
    cluster.run("uninstall.sh", &[]).fails(&["release lakehouse is not gone", "then run this again"]);
    assert!(cluster.has("releases/technical-flink-operator/flink-operator"));
}

#[test]
fn a_cluster_that_does_not_answer_is_not_an_empty_one() {
    let cluster = installed();
    cluster.put("unreachable", "");
    let run = cluster.run("uninstall.sh", &[]);
    run.fails(&["the cluster does not answer"]);
    assert!(!run.out.contains("done"), "{}", run.out);
}

#[test]
fn data_goes_only_after_the_name_was_typed() {
    for answer in ["", "\n", "yes\n"] {
        let cluster = installed();
        cluster.run_in(cluster.root(), "uninstall.sh", &["--delete-data"], answer).fails(&["not deleted"]);
        assert!(cluster.has("namespaces/polaris") && cluster.has("secrets/polaris/polaris-root"));
    }
    let cluster = installed();
    cluster.run_in(cluster.root(), "uninstall.sh", &["--delete-data"], "lakehouse\n").succeeds();
    assert!(!cluster.has("namespaces/polaris") && !cluster.has("namespaces/minio"));
}

//! A Terraform and OpenTofu provider for Huawei Cloud MaaS (ModelArts Studio). `ARCHITECTURE.md` shows the layers.

pub mod cli;
pub mod env;
pub mod go_plugin;
pub mod huaweicloud;
pub mod maas;
pub mod provider;
pub mod terraform;
pub mod tfplugin;

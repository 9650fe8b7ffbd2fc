terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_workspace" "default" {
  workspace_id = "0"
}

output "default_workspace" {
  value = "${data.maas_workspace.default.name} (${data.maas_workspace.default.auth_type})"
}

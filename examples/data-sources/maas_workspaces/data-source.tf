terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_workspaces" "all" {}

data "maas_workspaces" "public" {
  auth_type = "public"
}

output "workspaces" {
  value = {
    for workspace in data.maas_workspaces.all.workspaces : workspace.id => {
      name       = workspace.name
      owner      = workspace.owner
      created_at = workspace.created_at
    }
  }
}

output "public_workspace_ids" {
  value = data.maas_workspaces.public.workspaces[*].id
}
